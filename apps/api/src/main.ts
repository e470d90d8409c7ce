import { readEnvironment } from './infrastructure/config/env.js';
import { createLogger, standardOutput } from './infrastructure/telemetry/logger.js';
import { explainStart } from './explain-start.js';
import { allocateYoung } from './garbage-collection.js';
import { startApi } from './start-api.js';

try {
  allocateYoung();
  const env = readEnvironment();
  const lines = standardOutput();
  const logger = createLogger(env.logLevel, lines);
  for (const warning of env.warnings) logger.warn(warning);
  await startApi(env, logger, lines);
} catch (error) {
  process.stderr.write(`${explainStart(error)}\n`);
  // What was started meanwhile (timers, connections) must not keep a failed start alive.
  process.exit(1);
}
