import { ServerProcess } from '../machine/server-process.js';
import type { World } from '../world/world.js';
import type { Variant } from './variants.js';

/** Starts a variant's server, with its standard output in a file, like a log. */
export function startVariant(
  world: World,
  { id, script, env, node, traced }: Variant,
  databaseUrl: string,
): Promise<ServerProcess> {
  return ServerProcess.start({
    script,
    env: {
      ...world.environment(databaseUrl),
      ...env,
      ...(traced === true && { OTEL_EXPORTER_OTLP_ENDPOINT: world.collector.url }),
    },
    output: world.outputOf(id),
    ...(node !== undefined && { node }),
  });
}
