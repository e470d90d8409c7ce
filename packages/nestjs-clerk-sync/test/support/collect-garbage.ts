import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

const gcFunction = z.custom<() => void>((value) => typeof value === 'function');

/** Runs a garbage collection now, which frees objects that only weak references hold. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  gcFunction.parse(runInNewContext('gc'))();
}
