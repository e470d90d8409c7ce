import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object young. Where many of those that a place in the code made have survived,
 * V8 makes the next ones old from the start (“pretenuring”), and here went on with it. The
 * place is Node's own: the lists of an answer's listeners, while the first requests wait for keys
 * and for the database. An old list that nobody needs keeps its whole request alive until the next
 * full collection, so that nearly all of them are copied, twice (ADR 8).
 *
 * It is a switch of V8's (`node --v8-options`), which reads it at each collection and compilation.
 */
export function allocateYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
