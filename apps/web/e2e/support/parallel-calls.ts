import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { z } from 'zod';
import { addresses } from '../stack/addresses';
import { webApp } from '../stack/folders';

/**
 * Makes concurrent calls in a page with the app's own API client. The app has only one call, which
 * its cache deduplicates, so these calls bypass the cache.
 *
 * @returns the user id that each call returned
 */
export async function callTogether(page: Page, count: number): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: script(count), resolveDir: webApp, loader: 'ts' },
    tsconfig: `${webApp}/tsconfig.json`,
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'calls',
  });
  const [output] = outputFiles;
  const ids: unknown = await page.evaluate(
    `(() => { ${output?.text ?? ''}; return calls.ids; })()`,
  );
  return z.string().array().parse(ids);
}

function script(count: number): string {
  // Evaluating code in a test allows eval at first but not later, which would mislead Zod.
  return `
    import '@/instrumentation-client';
    import { createSessionApi } from '@/lib/api/session-api';
    const { session } = window.Clerk;
    const api = createSessionApi(session, window.Clerk, { baseUrl: '${addresses.api}' });
    export const ids = Promise.all(
      Array.from({ length: ${count} }, () => api.users.me().then(({ id }) => id)),
    );
  `;
}
