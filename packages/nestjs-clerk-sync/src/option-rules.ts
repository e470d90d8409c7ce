import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgChar, PgColumn, PgTable, pgTable } from 'drizzle-orm/pg-core';
import { NoMetrics } from './core/sync-metrics.js';
import { SystemClock } from './core/clock.js';
import {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from './infrastructure/clerk/clerk-keys.js';
import { clerkUserColumns } from './infrastructure/postgres/clerk-columns.js';
import { readConnectionUrl } from './infrastructure/postgres/connection-url.js';
import { isShortName, maxTableNameBytes } from './infrastructure/postgres/sync-names.js';
import { NestLog } from './nest-log.js';

/** The check of an option, and the fix for an invalid value. */
interface OptionRule {
  /** Such as `database.pool`. */
  readonly option: string;
  readonly isRight: (value: unknown, options: object) => boolean;
  readonly fix: string | ((value: unknown) => string);
}

const unset = 'or omit it.';

const urlFix =
  'must be a URL that the driver can read: one host, since the driver does not try several, and special characters of the password percent-encoded (# as %23, / as %2F, ? as %3F, @ as %40).';

/**
 * JavaScript applications and unset variables can pass values that the types forbid, so every value
 * is checked.
 */
const rules: readonly OptionRule[] = [
  {
    option: 'secretKey',
    // Printable ASCII, because it is sent in a header.
    isRight: (value) => isText(value) && /^sk_(?:test|live)_[\x21-\x7e]+\s*$/.test(value),
    fix: 'copy the secret key (sk_test_… or sk_live_…) from the Clerk dashboard, “API keys”.',
  },
  {
    option: 'secretKey',
    isRight: (value, options) => !areOfDifferentModes(value, memberOf(options, 'publishableKey')),
    fix: 'copy both keys from the same instance: of this one and publishableKey, one is a test key and one a live key.',
  },
  {
    option: 'publishableKey',
    isRight: (value) => isText(value) && frontendApiOf(value) !== null,
    fix: 'copy the publishable key (pk_test_… or pk_live_…) from the Clerk dashboard, “API keys”.',
  },
  {
    option: 'webhookSigningSecret',
    isRight: optional((value) =>
      [value].flat().every((secret) => isText(secret) && isSigningSecret(secret)),
    ),
    fix: 'copy the endpoint’s signing secret (whsec_…) from the Clerk dashboard, “Webhooks”.',
  },
  {
    option: 'jwtKey',
    isRight: optional((value) => isText(value) && publicKeyPem(value) !== null),
    fix: `copy the JWKS public key (PEM) from the Clerk dashboard, “API keys”, ${unset}`,
  },
  {
    option: 'authorizedParties',
    isRight: (value = [], options) =>
      !isEmptyList(value) || memberOf(options, 'acceptTokensWithoutAzp') === true,
    fix: 'list the origins of your web apps, like https://app.example.com.',
  },
  {
    option: 'authorizedParties',
    isRight: (value = []) => Array.isArray(value) && value.every(isOrigin),
    fix: 'a list of origins, each as scheme, host and port, like https://app.example.com.',
  },
  {
    option: 'acceptTokensWithoutAzp',
    isRight: optional(isBoolean),
    fix: `pass true or false, not a string, ${unset}`,
  },
  {
    option: 'apiUrl',
    isRight: optional((value) => isAddress(value) && !/\/v\d+\/*$/.test(value)),
    fix: `pass a URL like https://api.clerk.com, to which the version is added, ${unset}`,
  },
  {
    option: 'issuer',
    isRight: optional(isAddress),
    fix: `pass a URL like https://clerk.example.com, ${unset}`,
  },
  {
    option: 'database.pool',
    // Another copy of `pg` has another class.
    isRight: (value) =>
      has(value, 'connect', 'query', 'on') && memberOf(value, 'totalCount') !== undefined,
    fix: 'pass the application’s pg.Pool.',
  },
  {
    option: 'database.pool',
    isRight: (value) => isUsableUrl(memberOf(memberOf(value, 'options'), 'connectionString')),
    fix: `its connectionString ${urlFix}`,
  },
  {
    option: 'database.pool',
    isRight: (value) => memberOf(memberOf(value, 'options'), 'binary') !== true,
    fix: 'omit its option binary: the driver misreads several types of binary results.',
  },
  {
    option: 'database.users',
    isRight: (value) => is(value, PgTable) && missingColumns(value).length === 0,
    fix: 'pass the application’s Drizzle table, which has clerkUserColumns().',
  },
  {
    option: 'database.users',
    isRight: (value) => !is(value, PgTable) || replacedColumns(value).length === 0,
    fix: (value) =>
      `keep the names and types of clerkUserColumns(), and put your own columns under other keys. Replaced: ${replacedColumns(value).join(', ')}.`,
  },
  {
    option: 'database.users',
    isRight: (value) => requiredColumns(value).length === 0,
    fix: (value) =>
      `let these columns be null, as they are for a user without an email and for a deleted one: ${requiredColumns(value).join(', ')}.`,
  },
  {
    option: 'database.users',
    isRight: (value) => paddedColumns(value).length === 0,
    fix: (value) =>
      `make these columns text: char adds spaces to what Clerk sends. They are ${paddedColumns(value).join(', ')}.`,
  },
  {
    option: 'database.users',
    isRight: (value) => !is(value, PgTable) || isShortName(getTableName(value)),
    fix: `rename the table: its name has over ${maxTableNameBytes} bytes, and PostgreSQL cuts the names of its functions, which begin with it, after 63.`,
  },
  {
    option: 'database.directUrl',
    isRight: optional(
      (value) => isText(value) && /^(?:postgres(?:ql)?:\/\/|socket:|\/)/.test(value),
    ),
    fix: `pass a URL like postgresql://user:password@host:5432/name, ${unset}`,
  },
  {
    option: 'database.directUrl',
    isRight: isUsableUrl,
    fix: `it ${urlFix}`,
  },
  {
    option: 'database.ready',
    isRight: optional((value) => has(value, 'then')),
    fix: `pass a promise that resolves once the migrations are applied, ${unset}`,
  },
  {
    option: 'cache',
    isRight: optional((value) => typeof value === 'object' && value !== null),
    fix: `pass { tokens, users, maxAgeMs }, each optional, ${unset}`,
  },
  { option: 'cache.tokens', isRight: optional(isBoolean), fix: `pass true or false, ${unset}` },
  { option: 'cache.users', isRight: optional(isBoolean), fix: `pass true or false, ${unset}` },
  {
    option: 'cache.maxAgeMs',
    isRight: optional((value) => Number.isFinite(value) && Number(value) >= 0),
    fix: `pass a number of milliseconds, 0 or more, ${unset}`,
  },
  {
    option: 'toUser',
    isRight: optional((value) => typeof value === 'function'),
    fix: `pass a function that turns a row into the user, ${unset}`,
  },
  {
    option: 'log',
    isRight: optional((value) => has(value, ...methodsOf(NestLog))),
    fix: `pass an InfrastructureLog (${methodsOf(NestLog).join(', ')}), ${unset}`,
  },
  {
    option: 'metrics',
    isRight: optional((value) => has(value, ...methodsOf(NoMetrics))),
    fix: `pass an object that extends SyncMetrics, ${unset}`,
  },
  {
    option: 'clock',
    isRight: optional((value) => has(value, ...methodsOf(SystemClock))),
    fix: `pass a Clock (${methodsOf(SystemClock).join(', ')}), ${unset}`,
  },
  {
    option: 'tracer',
    isRight: optional((value) => has(value, 'startActiveSpan')),
    fix: `pass OpenTelemetry’s trace.getTracer('my-app'), ${unset}`,
  },
];

/** @returns what is wrong with the options, each with its fix */
export function optionProblems(options: object): readonly string[] {
  return rules
    .filter(({ option, isRight }) => !isRight(optionOf(options, option), options))
    .map(({ option, fix }) => {
      const text = typeof fix === 'string' ? fix : fix(optionOf(options, option));
      return `${option}: ${text}`;
    });
}

/** @returns whether the text is an origin. Native apps have schemes for which URL knows no origin. */
export function isOrigin(text: unknown): boolean {
  return isText(text) && /^[a-z][a-z0-9+.-]*:\/\/[^/?#*,\s]+$/i.test(text);
}

function optional(isRight: (value: unknown) => boolean): OptionRule['isRight'] {
  return (value) => value === undefined || isRight(value);
}

function optionOf(options: object, option: string): unknown {
  return option.split('.').reduce<unknown>(memberOf, options);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Reflect.get(value, name) as unknown)
    : undefined;
}

function missingColumns(table: object): readonly string[] {
  return Object.keys(clerkUserColumns()).filter((name) => !(name in table));
}

/** @returns the module's columns that the table has with another name or an incompatible type */
function replacedColumns(table: unknown): readonly string[] {
  return Object.entries(getTableColumns(pgTable('', clerkUserColumns()))).flatMap(
    ([key, expected]) => {
      const column = memberOf(table, key);
      // A missing column is reported by another check.
      if (!is(column, PgColumn)) return [];
      // A text column may have another type, such as varchar or citext.
      const isText = expected.dataType === 'string' && key !== 'id';
      const isSame =
        column.name === expected.name &&
        (isText
          ? ['string', 'custom'].includes(column.dataType)
          : column.dataType === expected.dataType && sqlTypeOf(column) === sqlTypeOf(expected));
      return isSame ? [] : [`${key} (${expected.name} ${expected.getSQLType()})`];
    },
  );
}

/** @returns the columns that the table requires, although a user may have no value for them */
function requiredColumns(table: unknown): readonly string[] {
  return Object.entries(getTableColumns(pgTable('', clerkUserColumns()))).flatMap(
    ([key, expected]) => {
      const column = memberOf(table, key);
      return is(column, PgColumn) && column.notNull && !expected.notNull ? [key] : [];
    },
  );
}

/** @returns the columns whose values PostgreSQL pads with spaces */
function paddedColumns(table: unknown): readonly string[] {
  return ['clerkId', 'email', 'name', 'imageUrl'].flatMap((key) => {
    const column = memberOf(table, key);
    return is(column, PgChar) ? [`${key} (${column.getSQLType()})`] : [];
  });
}

/** The precision of a timestamp does not matter: all are read in milliseconds. */
function sqlTypeOf(column: PgColumn): string {
  return column.getSQLType().replace(/ \(\d+\)/, '');
}

function has(value: unknown, ...methods: readonly string[]): boolean {
  return methods.every((name) => typeof memberOf(value, name) === 'function');
}

function methodsOf({ prototype }: { readonly prototype: object }): readonly string[] {
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The driver itself would fail later, without saying which part of the URL is wrong. */
function isUsableUrl(value: unknown): boolean {
  if (!isText(value)) return true;
  try {
    return readConnectionUrl(value).host?.includes(',') !== true;
  } catch (error) {
    // The driver itself names a certificate file that cannot be read.
    return error instanceof Error && 'syscall' in error;
  }
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

/** Without a query, a fragment, a user or a wildcard: such an address never works here. */
function isAddress(value: unknown): value is string {
  return isText(value) && /^https?:\/\/[^\s?#@*,]+$/.test(value) && URL.canParse(value);
}

/** A malformed key is reported by another check. */
function areOfDifferentModes(...keys: readonly unknown[]): boolean {
  const modes = keys.map((key) => (isText(key) ? keyModeOf(key) : null));
  return modes.includes('test') && modes.includes('live');
}

function isEmptyList(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
