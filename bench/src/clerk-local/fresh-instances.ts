/**
 * Starts instances sequentially in one process, as tests do, and prints the milliseconds until the
 * first response of each.
 */
import { startClerkLocal } from '@populatte/clerk-local';

const count = Number(process.argv[2]);
const milliseconds: number[] = [];
for (let index = 0; index < count; index += 1) {
  const begin = performance.now();
  const clerk = await startClerkLocal({ port: 0 });
  const { ok } = await fetch(`${clerk.url}/v1/environment`);
  if (!ok) throw new Error('An instance is not responding.');
  milliseconds.push(performance.now() - begin);
  await clerk.close();
}
process.stdout.write(JSON.stringify({ milliseconds }));
