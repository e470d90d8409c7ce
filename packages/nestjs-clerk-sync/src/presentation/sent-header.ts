/**
 * Returns every value of a header. Node's `headers` keeps only the first of two `Authorization` headers;
 * `headersDistinct` has both, but builds a list for every header of the request.
 *
 * @param rawHeaders alternating names and values, as in `IncomingMessage`
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
