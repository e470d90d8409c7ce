/** @returns `undefined` if the text is not JSON; the caller's schema refuses that */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
