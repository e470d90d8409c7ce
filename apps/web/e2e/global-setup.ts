import { startStack } from './stack/stack';

/** Started before the first test, ended after the last. `E2E_MODE=dev`: under `next dev`. */
export default async function setUp(): Promise<() => Promise<void>> {
  return startStack(process.env['E2E_MODE'] === 'dev' ? 'dev' : 'start');
}
