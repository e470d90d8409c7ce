import { setFlagsFromString } from 'node:v8';

/**
 * Disables V8's allocation-site pretenuring (ADR 8). V8 allocates objects directly in the old
 * generation if many from the same allocation site have survived. While the first requests wait for
 * keys and for the database, that happens to Node's listener lists of responses; afterwards, each
 * unused old list keeps its whole request alive until the next full collection.
 *
 * A V8 flag (`node --v8-options`), read at each collection and compilation.
 */
export function disablePretenuring(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
