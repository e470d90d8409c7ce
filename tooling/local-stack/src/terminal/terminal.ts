import { stripVTControlCharacters, styleText } from 'node:util';
import type { StackReporter } from '../stack/stack.js';
import { prettyLine } from './pretty-line.js';

const nameWidth = 11;

/** The stack's terminal output. */
export class Terminal implements StackReporter {
  constructor(private readonly stream: NodeJS.WriteStream) {
    // The terminal may close before the stack ends; the stack must still stop its services.
    stream.on('error', () => undefined);
  }

  print(text: string): void {
    this.stream.write(`${this.stream.isTTY ? text : stripVTControlCharacters(text)}\n`);
  }

  ready(service: string, address: string, milliseconds: number): void {
    const seconds = `${(milliseconds / 1_000).toFixed(1)} s`;
    this.print(`${styleText('green', '✓')} ${service.padEnd(nameWidth)} ${address}  (${seconds})`);
  }

  line(service: string, line: string): void {
    for (const part of prettyLine(line).split('\n')) {
      this.print(`${styleText('cyan', service.padEnd(nameWidth))} │ ${part}`);
    }
  }

  error(text: string): void {
    this.print(`${styleText('red', '✗')} ${text}`);
  }
}
