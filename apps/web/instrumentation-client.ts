import { config } from 'zod';

/*
 * Runs before the app does. The Content-Security-Policy forbids to make code of text; Zod does
 * without, but would try it once, and browsers report the attempt as a violation.
 */
config({ jitless: true });
