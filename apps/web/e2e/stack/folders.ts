import { join } from 'node:path';

export const webApp = join(import.meta.dirname, '../..');
export const repository = join(webApp, '../..');

/**
 * The build folder of this suite, separate from that of `npm start`; relative to the app, as Next
 * requires.
 */
export const distDir = '.local/e2e/next';
