import {
  environmentKinds,
  type EnvironmentKind,
  type Variables,
} from '../server/environment-kinds.js';
import { UsageError } from './command.js';

/** Help text that lists the kinds of application. */
export const environmentKindsHelp = environmentKinds.join('|');

/** Formats variables as lines for a `.env` file. */
export function environmentLines(variables: Variables): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/**
 * Parses the option that names a kind of application.
 *
 * @throws {UsageError}
 */
export function environmentKindOption(
  value: string | undefined,
  name = 'env',
): EnvironmentKind | undefined {
  if (value === undefined) return undefined;
  const kind = environmentKinds.find((each) => each === value);
  if (kind !== undefined) return kind;
  throw new UsageError(`--${name} must be one of ${environmentKinds.join(', ')}, not "${value}".`);
}
