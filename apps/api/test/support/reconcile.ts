import { type StubFixture, withClerkStubPerTest } from './api-fixture.js';
import { type CommandResult, runCommand } from './command.js';
import { addUsers } from './numbered-users.js';

/** A database and a Clerk of one test, and the command that reconciles them. */
export interface ReconcileFixture extends StubFixture {
  /** Runs `users reconcile --json` with these options, at a rate that does not slow it down. */
  readonly reconcile: (...options: readonly string[]) => Promise<CommandResult>;
  /** The same with more variables. */
  readonly reconcileWith: (
    variables: Readonly<Record<string, string>>,
    ...options: readonly string[]
  ) => Promise<CommandResult>;
  /** Adds users to Clerk. */
  readonly addUsers: (from: number, to: number, updatedAt?: number) => void;
  /** The Clerk ids of the local users who are not deleted, sorted. */
  readonly live: () => Promise<string[]>;
}

/**
 * Creates a database and a stub of Clerk before each test, and removes them afterwards.
 *
 * @returns a function to call inside tests
 */
export function withReconcile(): () => ReconcileFixture {
  const stub = withClerkStubPerTest();
  return () => {
    const { clerk, database, environment } = stub();
    const reconcileWith: ReconcileFixture['reconcileWith'] = (variables, ...options) =>
      runCommand(
        ['users', 'reconcile', '--json', '--rate', '1000', ...options],
        environment(variables),
      );
    return {
      ...stub(),
      reconcileWith,
      reconcile: (...options) => reconcileWith({}, ...options),
      addUsers: (from, to, updatedAt) => {
        addUsers(clerk, from, to, updatedAt);
      },
      live: async () => {
        const rows = await database.query<{ clerk_id: string }>(
          'select clerk_id from users where deleted_at is null order by clerk_id',
        );
        return rows.map(({ clerk_id }) => clerk_id);
      },
    };
  };
}
