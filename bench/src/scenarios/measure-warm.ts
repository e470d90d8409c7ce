import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import type { BenchUser } from '../world/bench-users.js';
import { measure, type Sample } from './measure.js';
import type { ScenarioContext } from './scenario.js';

/** Measures servers with requests from users who have rows and are cached. */
export async function measureWarm(
  { world, warmUpMs, measureMs }: ScenarioContext,
  servers: readonly ServerProcess[],
  users: readonly BenchUser[],
  connections: number,
): Promise<Sample> {
  const requests = users.map((user) => meRequest(world.token(user)));
  const ports = servers.map(({ port }) => port);
  return world.load.connected({ ports, connections, requests }, async () => {
    // Sends at least two requests per user to each server, one cold and one warm.
    const passes = 2 * servers.length * users.length;
    await world.load.run({ atLeastMs: warmUpMs, atLeastRequests: passes });
    return measure(world, servers, { atLeastMs: measureMs, atLeastRequests: users.length });
  });
}
