import { join } from 'node:path';

export const webApp = join(import.meta.dirname, '../..');
export const repository = join(webApp, '../..');

/** The suite's own build, beside the one of `npm start`; relative to the app, as Next wants it. */
export const distDir = '.local/e2e/next';
