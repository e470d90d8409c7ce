import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { z } from 'zod';
import { addresses } from '../stack/addresses';
import { webApp } from '../stack/folders';

/**
 * Makes calls at the same time in a page, by the app's own binding of Clerk's session to the API's
 * client. The app has one call only, which its cache makes once: these go past the cache.
 *
 * @returns the id that each call answered
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
  // What a test evaluates may make code of text, and later no more: Zod would be taken in by that.
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
