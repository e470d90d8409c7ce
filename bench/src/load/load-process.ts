/** The load generator, in a separate process, because it must not share its event loop. */
import { constants, setPriority } from 'node:os';
import { Load } from './load.js';
import { loadCommand, type LoadAnswer, type LoadCommand } from './messages.js';
import { startRenewal } from './renewal.js';

// It never sleeps and shares its core with PostgreSQL, which gets priority.
setPriority(constants.priority.PRIORITY_LOW);

let load: Load | undefined;

process.on('message', (message) => {
  obey(loadCommand.parse(message)).then(answer, (error: unknown) => {
    answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  });
});
process.on('disconnect', () => {
  load?.close();
});

async function obey(command: LoadCommand): Promise<LoadAnswer> {
  switch (command.kind) {
    case 'connect':
      load?.close();
      load = await Load.connect(command.ports, command.connections, command.requests);
      return { kind: 'done' };
    case 'run': {
      if (load === undefined) throw new Error('There are no connections.');
      const renewal = startRenewal(load, command.renewal);
      const result = await load.start(command.atLeastMs, command.atLeastRequests);
      renewal.stop();
      return result;
    }
    case 'disconnect':
      load?.close();
      load = undefined;
      return { kind: 'done' };
  }
}

function answer(message: LoadAnswer): void {
  process.send?.(message);
}
