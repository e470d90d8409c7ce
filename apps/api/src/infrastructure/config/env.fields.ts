import { z } from 'zod';

/** Hosts of this machine, to which plain http is no risk. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @returns the URL, or null where the text is none */
export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

export const flag = z.stringbool({ error: 'is neither true nor false' });

/** An https URL without a trailing slash; plain http is accepted for this machine only, since a secret may go there. */
export const safeUrl = z
  .string()
  .refine(
    (text) => {
      const url = parseUrl(text);
      return (
        url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
      );
    },
    { error: 'is neither an https address nor one of this machine' },
  )
  .transform((text) => text.replace(/\/+$/, ''));

/** Comma-separated origins. Browser extensions have origins of their own scheme. */
export const origins = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .pipe(
    z
      .array(
        z
          .string()
          .transform((text) => originOf(text))
          .pipe(z.string({ error: 'has an entry that is not an origin' })),
      )
      .min(1, { error: 'lists no origin' }),
  );

function originOf(text: string): string | null {
  const url = parseUrl(text);
  if (url === null || url.host === '') return null;
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}
