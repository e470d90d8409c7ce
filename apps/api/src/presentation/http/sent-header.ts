/**
 * Every value that a header was sent with. Of an `Authorization` that was sent twice, Node's
 * `headers` tell the first alone; `headersDistinct` tells both, and costs every other header, too.
 *
 * @param rawHeaders names and values in turn, as `IncomingMessage` has them
 * @param name in lower case
 */
export function sentHeader(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index];
    if (sent?.length === name.length && sent.toLowerCase() === name) {
      values.push(rawHeaders[index + 1] ?? '');
    }
  }
  return values;
}
