import type { IncomingMessage } from 'node:http';
import { canonicalHost, isLoopbackHost } from '../http/hosts.js';

/** Addresses that mean "every interface": valid to listen on, but not the name of a machine. */
const wildcardHosts = new Set(['0.0.0.0', '[::]']);

/** The response to a request with a refused `Host`. */
export interface HostRefusal {
  readonly status: 400 | 421;
  readonly code: 'host_invalid' | 'host_not_allowed';
  readonly longMessage: string;
}

/** Returns `undefined` if the request may be served. */
export type HostCheck = (request: IncomingMessage) => HostRefusal | undefined;

/**
 * Creates a check of the host that a request names, which prevents DNS rebinding. A page whose DNS
 * name was rebound to 127.0.0.1 has this server's origin, so CORS does not apply to it. But its
 * requests still carry its own name as `Host`.
 *
 * @param listeningHost the address that the server listens on; allowed unless it is a wildcard
 * @param allowHosts further names, without port; case is ignored
 */
export function createHostCheck(listeningHost: string, allowHosts: readonly string[]): HostCheck {
  const allowed = new Set(
    [listeningHost, ...allowHosts]
      .map(canonicalHost)
      .filter((host) => host !== undefined && !wildcardHosts.has(host)),
  );
  const isAllowed = (value: string): boolean => {
    const host = canonicalHost(value);
    return host !== undefined && (isLoopbackHost(host) || allowed.has(host));
  };
  return (request) => {
    const values = hostFields(request);
    const [host] = values;
    if (host === undefined || values.length > 1) return notOneHost(values.length);
    for (const named of [host, ...targetHosts(request.url ?? '/')]) {
      if (!isAllowed(named)) return notAllowed(named);
    }
    return undefined;
  };
}

/** Returns every `Host` field. Node's `headers` keeps only the first. */
function hostFields({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
}

/** A request target in absolute form takes precedence over `Host` (RFC 9112, section 3.2.2). */
function targetHosts(target: string): string[] {
  if (target.startsWith('/') || target === '*') return [];
  return [/^https?:\/\/([^/?#]*)/i.exec(target)?.[1] ?? ''];
}

function notOneHost(count: number): HostRefusal {
  const longMessage = `A request must have exactly one Host header. This request has ${count}.`;
  return { status: 400, code: 'host_invalid', longMessage };
}

function notAllowed(host: string): HostRefusal {
  const shown = JSON.stringify(host.slice(0, 100));
  return {
    status: 421,
    code: 'host_not_allowed',
    longMessage:
      `The host ${shown} is not allowed. clerk-local checks it to prevent DNS rebinding. ` +
      'Use localhost, or allow the name with --allow-host (allowHosts in startClerkLocal).',
  };
}
