import { explainStart } from './explain-start.js';
import { disablePretenuring } from './garbage-collection.js';
import { startApi } from './start-api.js';

try {
  disablePretenuring();
  await startApi();
} catch (error) {
  process.stderr.write(`${explainStart(error)}\n`);
  // Timers and connections that were started must not keep a failed start alive.
  process.exit(1);
}
