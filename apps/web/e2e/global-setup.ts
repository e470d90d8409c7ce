import { startStack } from './stack/stack';

/**
 * Starts the stack before the first test and stops it after the last. `E2E_MODE=dev` runs `next
 * dev`.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  return startStack(process.env['E2E_MODE'] === 'dev' ? 'dev' : 'start');
}
