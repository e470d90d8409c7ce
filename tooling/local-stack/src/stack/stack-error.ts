/** The stack cannot start or continue. The message says why and what to do next. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
