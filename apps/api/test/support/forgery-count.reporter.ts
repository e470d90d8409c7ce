import type { Reporter, TestModule } from 'vitest/node';
import './forgeries/tried.js';
import { writeResult } from './write-result.js';

/**
 * Says in one line how many forgeries were tried, and at what: the tests that passed say so of
 * themselves.
 */
export default class ForgeryCount implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        const { forgery } = test.meta();
        if (forgery !== undefined) counts.set(forgery, (counts.get(forgery) ?? 0) + 1);
      }
    }
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (all === 0) return;
    writeResult('forgeries', { total: all });
    const each = [...counts].map(([what, count]) => `${count} times ${what}`).sort();
    process.stdout.write(`Forgeries tried, and every one refused: ${all} (${each.join(', ')}).\n`);
  }
}
