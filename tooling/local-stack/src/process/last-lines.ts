import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Keeps the end of what a process says, for the moment when it dies. */
export class LastLines {
  readonly #lines: string[] = [];

  constructor(private readonly limit = 40) {}

  /** Reads a stream line by line to its end, and hands every line on. */
  follow(stream: Readable, onLine: (line: string) => void = () => undefined): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > this.limit) this.#lines.shift();
      onLine(line);
    });
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
