import lighthouse, { desktopConfig, type Flags, type Result } from 'lighthouse';

/** The device that Lighthouse simulates: a mid-range phone on a slow network, or a computer. */
export type Device = 'mobile' | 'desktop';

/** The scores of one page on one device: 0 to 100, except layout shifts. */
export interface Scores {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  readonly seo: number;
  /** Cumulative layout shift, the largest of all runs without the blocked requests. */
  readonly cls: number;
  /** The same without blocked requests. */
  readonly wholeCls: number;
  /** Median time until the largest contentful paint. */
  readonly largestPaintMs: number;
  /** Median time for which scripts block the main thread. */
  readonly blockingMs: number;
  /** Titles of the failed accessibility, best-practices and SEO audits. */
  readonly failedAudits: readonly string[];
}

interface PageUnderTest {
  readonly url: string;
  readonly device: Device;
  /** The port of Chromium's debugging protocol. */
  readonly port: number;
  /** The number of runs for the median performance score. */
  readonly runs: number;
  /** Requests that fail in the performance runs, `*` for any characters. */
  readonly blocked: readonly string[];
}

/** The categories that depend only on the page. */
const otherCategories = ['accessibility', 'best-practices', 'seo'] as const;

/**
 * Runs Lighthouse on a page. Performance is the median of several runs; the other categories depend
 * on the page alone, so one run without blocked requests is enough.
 */
export async function measurePage(page: PageUnderTest): Promise<Scores> {
  const timed: Result[] = [];
  for (let run = 0; run < page.runs; run += 1) {
    timed.push(await runLighthouse(page, ['performance'], page.blocked));
  }
  const whole = await runLighthouse(page, ['performance', ...otherCategories], []);
  return {
    performance: median(timed.map((result) => scoreOf(result, 'performance'))),
    accessibility: scoreOf(whole, 'accessibility'),
    bestPractices: scoreOf(whole, 'best-practices'),
    seo: scoreOf(whole, 'seo'),
    cls: Math.max(...timed.map((result) => metricOf(result, 'cumulative-layout-shift'))),
    wholeCls: metricOf(whole, 'cumulative-layout-shift'),
    largestPaintMs: median(timed.map((result) => metricOf(result, 'largest-contentful-paint'))),
    blockingMs: median(timed.map((result) => metricOf(result, 'total-blocking-time'))),
    failedAudits: failedAuditsOf(whole),
  };
}

async function runLighthouse(
  { url, device, port }: PageUnderTest,
  categories: readonly string[],
  blocked: readonly string[],
): Promise<Result> {
  const flags: Flags = {
    port,
    logLevel: 'error',
    onlyCategories: [...categories],
    blockedUrlPatterns: [...blocked],
    // Keep the session: without it the dashboard redirects to sign-in.
    disableStorageReset: true,
    // The dashboard polls, so its network is never quiet.
    maxWaitForLoad: 20_000,
  };
  const run = await lighthouse(url, flags, device === 'desktop' ? desktopConfig : undefined);
  if (run === undefined) throw new Error(`Lighthouse returned no result for ${url}.`);
  const { lhr } = run;
  if (lhr.runtimeError !== undefined) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url).pathname) {
    throw new Error(`${url} redirected to ${lhr.finalDisplayedUrl}.`);
  }
  return lhr;
}

function scoreOf({ categories }: Result, category: string): number {
  const score = categories[category]?.score ?? null;
  if (score === null) throw new Error(`Lighthouse returned no score for ${category}.`);
  return Math.round(score * 100);
}

function metricOf({ audits }: Result, metric: string): number {
  const value = audits[metric]?.numericValue;
  if (value === undefined) throw new Error(`Lighthouse returned no ${metric}.`);
  return value;
}

function failedAuditsOf({ audits, categories }: Result): string[] {
  const counted = otherCategories.flatMap((category) =>
    (categories[category]?.auditRefs ?? [])
      .filter(({ weight }) => weight > 0)
      .map(({ id }) => audits[id]),
  );
  return counted.flatMap((audit) =>
    audit !== undefined && audit.score !== null && audit.score < 1 ? [audit.title] : [],
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There are no values to take the median of.');
  return middle;
}
