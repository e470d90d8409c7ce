/** The stack cannot start or go on. The message says why and what to do next. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
