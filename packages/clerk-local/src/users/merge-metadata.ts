type Metadata = Record<string, unknown>;

/**
 * Merges metadata as Clerk does: objects deeply, anything else replaced, and a key whose new
 * value is `null` removed.
 */
export function mergeMetadata(stored: Metadata, patch: Metadata = {}): Metadata {
  const merged = new Map(Object.entries(stored));
  for (const [key, value] of Object.entries(patch)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? mergeMetadata(isObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
