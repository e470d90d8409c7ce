import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import './forgeries/tried.js';

/**
 * Prints how many forgeries were tried and where, and keeps the number in the package's
 * test-results/forgeries.json for `npm run figures`. Only tests that passed count.
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
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    // Vitest runs in the folder of the package whose tests these are.
    mkdirSync('test-results', { recursive: true });
    writeFileSync('test-results/forgeries.json', `${JSON.stringify({ total })}\n`);
    const each = [...counts].map(([what, count]) => `${count} times ${what}`).sort();
    process.stdout.write(
      `Forgeries tried, and every one refused: ${total} (${each.join(', ')}).\n`,
    );
  }
}
