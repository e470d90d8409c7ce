'use client';

import { useEffect, useId, useRef, type ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Called when the user closes it, such as with Escape. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal dialog. The browser keeps the focus inside and restores it afterwards. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="bg-card text-card-foreground m-auto w-[min(30rem,calc(100vw-2rem))] rounded-xl border p-6 shadow-card backdrop:bg-black/50 sm:p-7"
    >
      <h2 id={id} className="text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {isOpen && children}
    </dialog>
  );
}
