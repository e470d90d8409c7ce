'use client';

import { useState, type ReactNode } from 'react';

interface UserPictureProps {
  readonly imageUrl: string | null;
  /** Its initial is shown if there is no picture or it does not load. */
  readonly name: string | null;
}

/** Decorative, so it has no alternative text: the name is next to it. */
export function UserPicture({ imageUrl, name }: UserPictureProps): ReactNode {
  const [isBroken, setIsBroken] = useState(false);
  const shape = 'size-14 shrink-0 rounded-full border';
  if (imageUrl === null || isBroken) {
    // By code point: half of an emoji would differ between server and browser.
    const [initial = '?'] = name?.trim() ?? '';
    return (
      <span
        aria-hidden
        data-testid="user-picture"
        className={`${shape} bg-muted text-muted-foreground grid place-items-center text-xl font-semibold uppercase`}
      >
        {initial}
      </span>
    );
  }
  return (
    // Clerk resizes and caches its pictures.
    // eslint-disable-next-line @next/next/no-img-element -- next/image would fetch them again
    <img
      alt=""
      src={imageUrl}
      referrerPolicy="no-referrer"
      data-testid="user-picture"
      className={`${shape} object-cover`}
      // The image may have failed before React attached the handler.
      ref={(image) => {
        if (image?.complete === true && image.naturalWidth === 0) setIsBroken(true);
      }}
      onError={() => {
        setIsBroken(true);
      }}
    />
  );
}
