import { DomainError } from '@populatte/nestjs-clerk-sync';
import { isSchemaMissing, isUnavailable, rootCause } from '@populatte/nestjs-clerk-sync/internal';
import {
  type Console,
  exitCodeOf,
  ignoreLostOutput,
  processConsole,
  UsageError,
} from './cli/command-line.js';
import { doctorCommand } from './cli/doctor/doctor-command.js';
import { explainCommand } from './cli/explain-command.js';
import { reconcileCommand } from './cli/reconcile-command.js';
import { restoreCommand } from './cli/restore-command.js';
import { stopOnSignals } from './cli/stop-signal.js';
import { EnvironmentError, readEnvironment } from './infrastructure/config/env.js';
import { describeDatabaseError } from './infrastructure/database/explain-database-error.js';

const help = `Usage: node apps/api/dist/cli.js COMMAND [OPTION…]

  users reconcile   bring the local users in line with Clerk (npm run users:reconcile)
  doctor            check the environment against Clerk and the database (npm run doctor)
  users explain     explain a user's row and journal (npm run users:explain)
  users restore     restore a deleted user, if Clerk has the user (npm run users:restore)

COMMAND --help describes the options. The commands read the API's environment variables; see
.env.example.
`;

/** @returns the exit code */
async function run(args: readonly string[], console: Console): Promise<number> {
  const [first, second, ...rest] = args;
  if (first === 'users' && second === 'reconcile') {
    const stop = stopOnSignals();
    try {
      return await reconcileCommand(rest, readEnvironment, console, stop.signal);
    } catch (error) {
      if (!isStopped(error)) throw error;
      console.note(error.message);
      stop.endProcess();
      return 1;
    }
  }
  if (first === 'doctor') return doctorCommand(args.slice(1), readEnvironment, console);
  if (first === 'users' && second === 'explain') {
    return explainCommand(rest, readEnvironment, console);
  }
  if (first === 'users' && second === 'restore') {
    return restoreCommand(rest, readEnvironment, console);
  }
  const asked = first === 'users' ? second : first;
  if (asked === undefined) {
    console.note(help.trimEnd());
    return 2;
  }
  if (!['help', '--help', '-h'].includes(asked))
    throw new UsageError(`There is no command “${args.slice(0, 2).join(' ')}”.`);
  console.print(help.trimEnd());
  return 0;
}

function isStopped(error: unknown): error is DomainError {
  return error instanceof DomainError && error.code === 'reconciliation_stopped';
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} --help lists the options.`;
  if (error instanceof EnvironmentError) return error.message;
  if (error instanceof DomainError && error.code === 'sync_unavailable') {
    return `The database cannot be used. ${describeDatabaseError(error.cause ?? error)}`;
  }
  if (error instanceof DomainError) return error.message;
  const cause = rootCause(error);
  if (isUnavailable(cause) || isSchemaMissing(cause)) {
    return `The database cannot be used. ${describeDatabaseError(error)}`;
  }
  return `Failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown error'}`;
}

ignoreLostOutput();
try {
  process.exit(exitCodeOf(await run(process.argv.slice(2), processConsole)));
} catch (error) {
  processConsole.note(explain(error));
  process.exit(1);
}
