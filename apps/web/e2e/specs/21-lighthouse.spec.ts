import { writeFile } from 'node:fs/promises';
import { chromium, type BrowserContext } from '@playwright/test';
import { freePort } from '@populatte/process-kit';
import { addresses } from '../stack/addresses';
import { chromiumArguments, findChromium } from '../stack/chromium';
import { measurePage, type Device, type Scores } from '../support/lighthouse';
import { expect, test } from '../support/test';
import { Visitor } from '../support/visitor';

// Timed, so not part of the browser tests: `npm run lighthouse` sets it.
const runs = Number(process.env['LIGHTHOUSE_RUNS'] ?? 0);
const jsonFile = process.env['LIGHTHOUSE_JSON'];

const minimum = { performance: 90, accessibility: 100, bestPractices: 95, seo: 95 } as const;
const maxCls = 0.05;

const pages = [
  { name: 'home', path: '/', needsSignIn: false },
  { name: 'sign-in', path: '/sign-in', needsSignIn: false },
  { name: 'dashboard', path: '/dashboard', needsSignIn: true },
] as const;

/** On the simulated phone, performance counts our own scripts only; Clerk's are blocked. */
const blocked: Readonly<Record<Device, readonly string[]>> = {
  mobile: ['*/npm/@clerk/*'],
  desktop: [],
};

if (runs > 0) {
  test('home, sign-in and dashboard meet the Lighthouse goals', async ({ control }) => {
    test.setTimeout(0);
    process.stdout.write(`${tableHead()}\n`);
    const rows: { name: string; device: Device; scores: Scores }[] = [];
    const port = await freePort();
    const context = await openBrowser(port);
    try {
      for (const { name, path, needsSignIn } of pages) {
        if (needsSignIn) await new Visitor(await context.newPage(), control).arrive();
        for (const device of ['mobile', 'desktop'] as const) {
          const url = `${addresses.web}${path}`;
          const scores = await measurePage({ url, device, port, runs, blocked: blocked[device] });
          rows.push({ name, device, scores });
          process.stdout.write(`${tableRow(name, device, scores)}\n`);
        }
      }
    } finally {
      await context.close();
    }
    if (jsonFile !== undefined) {
      const goals = { ...minimum, cls: maxCls };
      const result = { date: new Date().toISOString(), runs, goals, pages: rows };
      await writeFile(jsonFile, `${JSON.stringify(result, null, 2)}\n`);
    }

    for (const { name, device, scores } of rows) {
      for (const category of ['performance', 'accessibility', 'bestPractices', 'seo'] as const) {
        expect
          .soft(scores[category], `${category} of ${name}, ${device}`)
          .toBeGreaterThanOrEqual(minimum[category]);
      }
      for (const cls of [scores.cls, scores.wholeCls]) {
        expect.soft(cls, `layout shift of ${name}, ${device}`).toBeLessThan(maxCls);
      }
    }
  });
}

/** Lighthouse opens its pages in the default context, so the session must be there as well. */
function openBrowser(port: number): Promise<BrowserContext> {
  return chromium.launchPersistentContext('', {
    executablePath: findChromium(),
    args: [...chromiumArguments, `--remote-debugging-port=${port}`],
    baseURL: addresses.web,
  });
}

/** The head of the table, and the goals as its first row. */
function tableHead(): string {
  const { performance, accessibility, bestPractices, seo } = minimum;
  const goals = [performance, accessibility, bestPractices, seo].map((score) =>
    `≥ ${score}`.padStart(6),
  );
  const layoutShift = `< ${maxCls}`.padStart(9);
  return [
    'page       device    perf  a11y  best   seo      CLS    whole      LCP      TBT',
    `${'goal'.padEnd(20)}${goals.join('')}${layoutShift.repeat(2)}`,
  ].join('\n');
}

function tableRow(name: string, device: Device, scores: Scores): string {
  const { performance, accessibility, bestPractices, seo, failedAudits } = scores;
  const numbers = [performance, accessibility, bestPractices, seo].map((score) =>
    String(score).padStart(6),
  );
  const notes = failedAudits.map((title) => `\n    ${title}`).join('');
  const times = [scores.largestPaintMs, scores.blockingMs].map((ms) => `${Math.round(ms)} ms`);
  const layoutShifts = [scores.cls, scores.wholeCls].map((cls) => cls.toFixed(3));
  const metrics = [...layoutShifts, ...times].map((metric) => metric.padStart(9));
  return `${name.padEnd(10)} ${device.padEnd(8)}${numbers.join('')}${metrics.join('')}${notes}`;
}
