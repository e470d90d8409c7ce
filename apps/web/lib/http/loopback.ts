/** The loopback hosts of RFC 6761 and RFC 5735, and 0.0.0.0, which browsers connect to loopback. */
const loopbackHost = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1\])$/;

/** @param hostname as `URL` has it: lower case, IPv6 in brackets */
function isLoopback(hostname: string): boolean {
  return loopbackHost.test(hostname);
}

/**
 * Finds the app's own origin for a visitor who used another name of this machine, such as
 * http://127.0.0.1:3000 for http://localhost:3000. Cookies, CORS and the `azp` claim treat these
 * names as different, so only the app's own origin works.
 *
 * @param host the request's `Host`
 * @param ownOrigins `WEB_URL`
 * @returns the app's own origin on the same port, or undefined if no redirect is needed
 */
export function ownLoopbackOrigin(
  host: string | null,
  ownOrigins: readonly string[],
): string | undefined {
  const url = `http://${host ?? ''}`;
  if (host === null || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  if (!isLoopback(hostname)) return undefined;
  const own = ownOrigins
    .map((origin) => new URL(origin))
    .filter((origin) => origin.protocol === 'http:' && isLoopback(origin.hostname));
  if (own.some((origin) => origin.hostname === hostname && origin.port === port)) return undefined;
  return own.find((origin) => origin.port === port)?.origin;
}
