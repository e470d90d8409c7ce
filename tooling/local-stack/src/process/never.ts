/** What does not happen: a promise that stays pending. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
