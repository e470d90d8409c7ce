import { appendFileSync } from 'node:fs';
import { expect, inject } from 'vitest';
import type { FaultLine } from './fault-line.js';
import type { Answer } from './send.js';

/** The maximum duration of a request during any fault, in milliseconds. */
export const deadline = 5_000;

/** One fault as clients see it: the responses, their durations, and the time to recovery. */
export class Fault {
  private readonly seen = new Map<string, number>();
  private slowestMs: number | null = null;
  private endedAt = 0;

  /** @param name for the table: what is broken, and how */
  constructor(private readonly name: string) {}

  /** Counts responses during the fault; none may exceed the maximum duration. */
  saw(...answers: readonly Answer[]): void {
    for (const answer of answers) {
      expect(answer.elapsedMs).toBeLessThan(deadline);
      this.slowestMs = Math.max(this.slowestMs ?? 0, Math.round(answer.elapsedMs));
      this.count(wording(answer));
    }
  }

  /** Counts a request that got no response because the process was killed. */
  lost(): void {
    this.count('connection broken');
  }

  /** Counts another sender's webhook attempt; null if it got no response. */
  delivered(status: number | null): void {
    if (status === null) this.lost();
    else this.count(String(status));
  }

  /** Marks the end of the fault and starts timing the recovery. */
  over(): void {
    this.endedAt = performance.now();
  }

  /** Marks the recovery, which completes the fault's row. */
  recovered(): void {
    if (this.endedAt === 0) throw new Error(`“${this.name}” recovered before the fault ended.`);
    const line: FaultLine = {
      fault: this.name,
      seen: [...this.seen]
        .sort(([, one], [, other]) => other - one)
        .map(([what, times]) => `${what} ×${times}`)
        .join(', '),
      slowestMs: this.slowestMs,
      recoveredMs: Math.round(performance.now() - this.endedAt),
    };
    appendFileSync(inject('faultsFile'), `${JSON.stringify(line)}\n`);
  }

  private count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

function wording({ status, text }: Answer): string {
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return status < 400 || code === undefined ? String(status) : `${status} ${code}`;
}
