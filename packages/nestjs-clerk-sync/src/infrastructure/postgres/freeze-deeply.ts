import { types } from 'node:util';

/** A date that cannot be changed: `Object.freeze()` does not prevent `setHours()`. */
class ReadOnlyDate extends Date {}

for (const name of Object.getOwnPropertyNames(Date.prototype)) {
  if (!name.startsWith('set')) continue;
  Object.defineProperty(ReadOnlyDate.prototype, name, {
    value: () => {
      throw new TypeError(
        'This date belongs to a user that requests share, so it cannot be changed. Copy it first: new Date(date).',
      );
    },
  });
}
// Libraries copy a date by its constructor, and change the copy.
Object.defineProperty(ReadOnlyDate.prototype, 'constructor', { value: Date });

/**
 * Freezes an object, and the plain objects, arrays and dates inside of it. Other objects inside of it,
 * such as instances of classes, stay as they are: they may be shared with the rest of the application.
 * Frozen objects inside of it stay as they are too: a user may refer to a large one.
 *
 * @returns the object itself
 */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) freezeMembers(value);
  return value;
}

function freezeMembers(owner: object): void {
  const inner: object[] = [];
  for (const key of Reflect.ownKeys(owner)) {
    // The descriptor, because reading the member would run a getter.
    const member: unknown = Reflect.getOwnPropertyDescriptor(owner, key)?.value;
    if (typeof member !== 'object' || member === null) continue;
    if (isPlainDate(member)) Reflect.set(owner, key, new ReadOnlyDate(member));
    else if (isPlain(member)) inner.push(member);
  }
  Object.freeze(owner);
  for (const member of inner) {
    // An object may contain itself.
    if (!Object.isFrozen(member)) freezeMembers(member);
  }
}

/** Not an instance of a subclass, such as one with a time zone. */
function isPlainDate(value: object): value is Date {
  return types.isDate(value) && isPlain(Reflect.getPrototypeOf(value) ?? value);
}

/** Does not compare with `Object.prototype`, which is another one in a test environment. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return (
    prototype === null ||
    (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
  );
}
