const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON as a signed token may carry it: UTF-8 without a byte order mark (RFC 8259, 8.1), and
 * an object. A decoder that drops a mark or replaces invalid bytes would accept other bytes than
 * were meant. Of two members with one name the last one counts (RFC 7515, 4, and RFC 7519, 4).
 *
 * @returns null where the bytes are anything else
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | null {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
