import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import type { Person } from '../world/people.js';
import { measure, type Sample } from './measure.js';
import type { ScenarioContext } from './scenario.js';

/** Measures servers with requests from users who have rows and are cached. */
export async function measureKnown(
  { world, warmUpMs, measureMs }: ScenarioContext,
  servers: readonly ServerProcess[],
  people: readonly Person[],
  connections: number,
): Promise<Sample> {
  const requests = people.map((person) => meRequest(world.token(person)));
  await world.load.connect({ ports: servers.map(({ port }) => port), connections, requests });
  try {
    // Sends at least two requests per user to each server, one cold and one warm.
    const passes = 2 * servers.length * people.length;
    await world.load.run({ atLeastMs: warmUpMs, atLeastRequests: passes });
    return await measure(world, servers, { atLeastMs: measureMs, atLeastRequests: people.length });
  } finally {
    await world.load.disconnect();
  }
}
