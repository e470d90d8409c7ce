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
 *
 * @returns the object itself
 */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) freezeMembers(value, new Set());
  return value;
}

/** @param seen the objects that were found before: one may contain itself */
function freezeMembers(owner: object, seen: Set<object>): void {
  seen.add(owner);
  for (const key of Reflect.ownKeys(owner)) {
    // The descriptor, because reading the member would run a getter.
    const member: unknown = Reflect.getOwnPropertyDescriptor(owner, key)?.value;
    if (typeof member !== 'object' || member === null || seen.has(member)) continue;
    if (types.isDate(member)) Reflect.set(owner, key, new ReadOnlyDate(member));
    else if (isPlain(member)) freezeMembers(member, seen);
  }
  Object.freeze(owner);
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
