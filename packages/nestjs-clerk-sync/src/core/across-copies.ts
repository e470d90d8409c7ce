/** A class of errors, abstract or not. */
type ErrorClass = (abstract new (...values: never[]) => Error) & { readonly prototype: object };

/**
 * Makes `instanceof` recognise the errors of every copy of this package in the process. npm installs a
 * second copy for a dependency that needs another version; the application's `catch` may know the
 * classes of one, while the module throws those of the other.
 *
 * @param classes by their names, which are the same in every version
 */
export function acrossCopies(classes: Readonly<Record<string, ErrorClass>>): void {
  for (const [name, errorClass] of Object.entries(classes)) {
    const mark = Symbol.for(`@populatte/nestjs-clerk-sync:${name}`);
    Object.defineProperty(errorClass.prototype, mark, { value: true });
    Object.defineProperty(errorClass, Symbol.hasInstance, {
      value(this: unknown, error: unknown): boolean {
        if (this === errorClass) {
          return typeof error === 'object' && error !== null && mark in error;
        }
        // A subclass, which inherits this method.
        return Function.prototype[Symbol.hasInstance].call(this as ErrorClass, error);
      },
    });
  }
}
