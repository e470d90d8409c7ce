interface Closeable {
  close(): Promise<void>;
}

interface Current<T> {
  readonly value: T;
  readonly running: Set<Promise<unknown>>;
}

/** A value that can be replaced while others use it, without interrupting them. */
export class Replaceable<T extends Closeable> {
  private replacing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly open: () => Promise<T>,
    private current: Current<T>,
  ) {}

  static async of<T extends Closeable>(open: () => Promise<T>): Promise<Replaceable<T>> {
    return new Replaceable(open, { value: await open(), running: new Set() });
  }

  async use<R>(work: (value: T) => Promise<R>): Promise<R> {
    const { value, running } = this.current;
    const started = work(value);
    running.add(started);
    try {
      return await started;
    } finally {
      running.delete(started);
    }
  }

  /** Opens a new value for later calls, and closes the old one once no call uses it. */
  replace(): Promise<void> {
    this.replacing = this.replacing.then(async () => {
      const before = this.current;
      this.current = { value: await this.open(), running: new Set() };
      await closed(before);
    });
    return this.replacing;
  }

  async close(): Promise<void> {
    await this.replacing;
    await closed(this.current);
  }
}

async function closed({ value, running }: Current<Closeable>): Promise<void> {
  await Promise.allSettled(running);
  await value.close();
}
