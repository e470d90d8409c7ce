import { config } from 'zod';

/*
 * Runs before the app. The Content-Security-Policy forbids eval. Zod works without it but would try it
 * once, and browsers report the attempt as a violation.
 */
config({ jitless: true });
