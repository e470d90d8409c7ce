'use client';

import { useState, type ReactNode } from 'react';

interface UserPictureProps {
  readonly imageUrl: string | null;
  /** For its initial where there is no picture, or none that loads. */
  readonly name: string | null;
}

/** Decoration: the name is beside it. */
export function UserPicture({ imageUrl, name }: UserPictureProps): ReactNode {
  const [isBroken, setIsBroken] = useState(false);
  const shape = 'size-14 shrink-0 rounded-full border';
  if (imageUrl === null || isBroken) {
    return (
      <span
        aria-hidden
        data-testid="user-picture"
        className={`${shape} bg-muted text-muted-foreground grid place-items-center text-xl font-semibold uppercase`}
      >
        {name?.trim().charAt(0) ?? '?'}
      </span>
    );
  }
  return (
    // Clerk sizes and caches its pictures itself.
    // eslint-disable-next-line @next/next/no-img-element -- next/image would fetch them once more
    <img
      alt=""
      src={imageUrl}
      referrerPolicy="no-referrer"
      data-testid="user-picture"
      className={`${shape} object-cover`}
      // It may have failed before React was there to hear of it.
      ref={(image) => {
        if (image?.complete === true && image.naturalWidth === 0) setIsBroken(true);
      }}
      onError={() => {
        setIsBroken(true);
      }}
    />
  );
}
