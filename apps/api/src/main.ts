import { exitOnSignals } from './shutdown.js';

exitOnSignals();
// Loaded only now, because it takes a while.
const { explainStart } = await import('./explain-start.js');
const { disablePretenuring } = await import('./garbage-collection.js');
const { startApi } = await import('./start-api.js');

try {
  disablePretenuring();
  await startApi();
} catch (error) {
  process.stderr.write(`${explainStart(error)}\n`);
  // Timers and connections that were started must not keep a failed start alive.
  process.exit(1);
}
