import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

const gcFunction = z.custom<() => void>((value) => typeof value === 'function');

/** Makes Node collect its garbage now: what only weak references hold is gone. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  gcFunction.parse(runInNewContext('gc'))();
}
