import { isIPv6 } from 'node:net';

/** A host name or a bracketed IPv6 address, optionally with a port (RFC 9110, section 7.2). */
const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/i;

/** `localhost`, `127.0.0.0/8`, `::1` and names below `localhost` (RFC 6761, section 6.3). */
const loopbackHost = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host in the form of `URL.hostname` is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHost.test(hostname);
}

/**
 * Whether a URL or an origin belongs to this machine. The instance serves only such pages.
 */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && isLoopbackHost(hostname);
}

/**
 * Normalises a host: lower case, without port and trailing dot, addresses as WHATWG URLs write
 * them.
 *
 * @returns `undefined` if the value is not a host
 */
export function canonicalHost(value: string): string | undefined {
  const text = isIPv6(value) ? `[${value}]` : value;
  if (!hostForm.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  return new URL(`http://${text}`).hostname.replace(/\.$/, '');
}
