/** A power of two. */
const listCount = 256;

/** How many characters at a key's end choose its list: ids and signatures are random there. */
const hashedLength = 8;

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

/**
 * The work in flight, by key: values that live as long as requests.
 *
 * Not a `Map`, because V8 rebuilds a map once deletions have used up its capacity, and keeps a
 * reference from the old table to the new one. Once a table is in the old generation, each later
 * table and its content stay alive until the next full collection (ADR 13).
 */
export class InFlight<Value> {
  private readonly lists = Array.from({ length: listCount }, (): Entry<Value>[] => []);

  add(key: string, value: Value): void {
    this.listOf(key).push({ key, value });
  }

  /** @returns a value of this key, or undefined */
  find(key: string, isWanted: (value: Value) => boolean = () => true): Value | undefined {
    for (const entry of this.listOf(key)) {
      if (entry.key === key && isWanted(entry.value)) return entry.value;
    }
    return undefined;
  }

  /** Does nothing if the value is not there. */
  remove(key: string, value: Value): void {
    const list = this.listOf(key);
    const index = list.findIndex((entry) => entry.value === value && entry.key === key);
    if (index === -1) return;
    const last = list.pop();
    if (last !== undefined && index < list.length) list[index] = last;
  }

  /** @param key all values of this key; undefined: all values */
  forEach(key: string | undefined, work: (value: Value) => void): void {
    for (const list of key === undefined ? this.lists : [this.listOf(key)]) {
      for (const entry of list) if (key === undefined || entry.key === key) work(entry.value);
    }
  }

  private listOf(key: string): Entry<Value>[] {
    let hash = 0;
    for (let index = Math.max(0, key.length - hashedLength); index < key.length; index += 1)
      hash = (hash * 31 + key.charCodeAt(index)) | 0;
    const list = this.lists[hash & (listCount - 1)];
    if (list === undefined) throw new RangeError('There is a list for each hash.');
    return list;
  }
}
