import type { Context } from 'hono';

/** The page that asks: the `Origin`, else the origin of the `Referer`; becomes a token's `azp`. */
export function requestOrigin(context: Context): string | undefined {
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== '' && origin !== 'null') return origin;
  const referer = context.req.header('referer');
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined;
}
