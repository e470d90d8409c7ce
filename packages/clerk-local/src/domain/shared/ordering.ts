import { z } from 'zod';

/** The order of a list. */
export interface Order<Key extends string = string> {
  readonly key: Key;
  readonly descending: boolean;
}

/**
 * The parameter `order_by`: `created_at`, `+created_at` or `-created_at`. An unescaped `+` arrives as a
 * space. Of several, the first one counts.
 *
 * @param keys that Clerk's document names for the list
 */
export function orderBy<const Keys extends readonly [string, ...string[]]>(
  keys: Keys,
): z.ZodPrefault<z.ZodType<Order<Keys[number]>, string | string[]>> {
  return z
    .union([z.string(), z.array(z.string()).transform(([first = '']) => first)])
    .transform((text) => ({ key: text.replace(/^[+\- ]/, ''), descending: text.startsWith('-') }))
    .pipe(z.object({ key: z.enum(keys), descending: z.boolean() }))
    .prefault('-created_at');
}

/** Compares items by a value. Items without a value come last in both directions. */
export function comparing<Item>(
  read: (item: Item) => number | string | null,
  descending: boolean,
): (a: Item, b: Item) => number {
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    const ascending = left < right ? -1 : 1;
    return descending ? -ascending : ascending;
  };
}

/** Sorts presented objects by one of their properties. Keeps the order of equal ones. */
export function inOrder<Item extends object>(items: readonly Item[], order: Order): Item[] {
  const read = (item: Item): number | string | null => {
    const value: unknown = Reflect.get(item, order.key);
    return typeof value === 'number' || typeof value === 'string' ? value : null;
  };
  return items.toSorted(comparing(read, order.descending));
}
