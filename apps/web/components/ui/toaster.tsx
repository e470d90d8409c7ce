'use client';

import {
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { toasts } from '@/lib/toasts';
import { buttonVariants } from './button';

const shownForMs = 6_000;

/**
 * Shows the toasts. Screen readers announce each; Escape dismisses the newest. Their timers pause
 * while the pointer or the focus is on them, or the page is hidden.
 */
export function Toaster(): ReactNode {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.current, toasts.initial);
  const [isPointed, setIsPointed] = useState(false);
  const [isFocused, setIsFocused] = useState(false);
  const status = useRef<HTMLDivElement>(null);
  const focusedBefore = useRef<HTMLElement>(null);
  const oldest = shown[0]?.text;
  const newest = shown.at(-1)?.text;

  useEffect(() => {
    if (oldest === undefined || isPointed || isFocused) return;
    return whileVisible(shownForMs, () => {
      toasts.dismiss(oldest);
    });
  }, [oldest, isPointed, isFocused]);

  const dismiss = useCallback((text: string) => {
    const hasFocus = status.current?.contains(document.activeElement) === true;
    toasts.dismiss(text);
    // A removed element fires no event when the pointer or the focus leaves it.
    setIsPointed(false);
    setIsFocused(false);
    if (hasFocus) focusedBefore.current?.focus({ preventScroll: true });
  }, []);

  useEffect(() => {
    if (newest === undefined) return;
    const onKey = (event: KeyboardEvent): void => {
      const isOthers = event.defaultPrevented || document.querySelector(dialogs) !== null;
      if (event.key === 'Escape' && !isOthers) dismiss(newest);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [newest, dismiss]);

  return (
    <div
      ref={status}
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 ml-auto flex max-w-sm flex-col gap-2 print:hidden"
      onPointerEnter={() => {
        setIsPointed(true);
      }}
      onPointerLeave={() => {
        setIsPointed(false);
      }}
      onFocus={({ relatedTarget, currentTarget }) => {
        setIsFocused(true);
        if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget)) {
          focusedBefore.current = relatedTarget;
        }
      }}
      onBlur={() => {
        setIsFocused(false);
      }}
    >
      {shown.map(({ text, tone }) => {
        const Icon = tone === 'success' ? CircleCheck : TriangleAlert;
        return (
          <div
            key={text}
            className="bg-card text-card-foreground animate-arrive shadow-card pointer-events-auto flex items-start gap-3 rounded-lg border py-2 pr-2 pl-4 text-sm"
          >
            <Icon
              aria-hidden
              className={`mt-2 size-4 shrink-0 ${tone === 'success' ? 'text-success' : 'text-destructive'}`}
            />
            <p className="min-w-0 flex-1 py-1.5 break-words">{text}</p>
            <button
              type="button"
              aria-label="Dismiss"
              title="Dismiss"
              className={buttonVariants({ variant: 'ghost', size: 'iconSm' })}
              onClick={() => {
                dismiss(text);
              }}
            >
              <X aria-hidden />
            </button>
          </div>
        );
      })}
    </div>
  );
}

/** An open dialog or menu handles Escape first. */
const dialogs = 'dialog[open], [role=dialog]';

/** Calls back once the page has been visible for this long. @returns a function that cancels */
function whileVisible(ms: number, call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = (): void => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(call, ms);
  };
  restart();
  document.addEventListener('visibilitychange', restart);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', restart);
  };
}
