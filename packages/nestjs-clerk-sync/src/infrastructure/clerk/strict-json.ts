import { isUtf8 } from 'node:buffer';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON object in UTF-8 without a byte order mark (RFC 8259, 8.1), as in a signed token. A
 * decoder that drops a mark or replaces invalid bytes would accept bytes that were never signed as
 * such. If a name occurs twice, the last value counts (RFC 7515, 4, and RFC 7519, 4).
 *
 * @returns null for any other bytes
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | null {
  // A TextDecoder that refuses other bytes takes several times as long.
  if (!isUtf8(bytes)) return null;
  try {
    // Keeps a byte order mark, which JSON.parse refuses.
    const { buffer, byteOffset, byteLength } = bytes;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
