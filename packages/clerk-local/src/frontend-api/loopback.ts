/** `localhost`, `127.0.0.0/8`, `::1`, and names under `localhost` (RFC 6761, section 6.3). */
const loopbackHost = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host, as `URL.hostname` writes it, is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHost.test(hostname);
}

/**
 * Whether a URL is of this machine: the only pages that the instance serves.
 *
 * @param url an origin, or any URL of the web
 */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && isLoopbackHost(hostname);
}
