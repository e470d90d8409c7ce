/**
 * Removes the headers of a reverse proxy that name no host or no scheme, such as empty ones. Clerk
 * would redirect to sign-in at a placeholder's origin. Without them it uses the `Host`.
 */
export function dropMalformedForwarding(headers: Headers): void {
  const isWrong = (name: string, isValid: (first: string) => boolean): boolean => {
    // Each proxy appends its value, and Clerk uses the first.
    const [first] = (headers.get(name) ?? undefined)?.split(',') ?? [];
    return first !== undefined && !isValid(first);
  };
  if (isWrong('x-forwarded-host', isHost)) headers.delete('x-forwarded-host');
  if (isWrong('x-forwarded-proto', isScheme)) headers.delete('x-forwarded-proto');
}

/** @param text a name or an address, and optionally a port */
function isHost(text: string): boolean {
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`http://${text}`);
}

function isScheme(text: string): boolean {
  return text === 'http' || text === 'https';
}
