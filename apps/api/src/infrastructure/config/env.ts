/* eslint-disable no-restricted-properties -- the one file that reads process.env */
import { type Environment, environmentSchema } from './env.schema.js';

/** The fix for each variable, shown with the error. */
export const fixes: Readonly<Record<string, string>> = {
  CLERK_SECRET_KEY:
    'Copy the secret key (sk_test_… or sk_live_…) from the Clerk dashboard, “API keys”.',
  CLERK_PUBLISHABLE_KEY:
    'Copy the publishable key (pk_test_… or pk_live_…) from the Clerk dashboard, “API keys”.',
  CLERK_WEBHOOK_SIGNING_SECRET:
    'Copy the endpoint’s signing secret (whsec_…) from the Clerk dashboard, “Webhooks”; during a rotation set both, comma-separated.',
  CLERK_JWT_KEY:
    'Copy the JWKS public key (PEM) from the Clerk dashboard, “API keys”, or unset it to fetch the keys from Clerk.',
  CLERK_API_URL:
    'Unset it for Clerk’s own https://api.clerk.com. Plain http is only allowed for this machine.',
  CLERK_ISSUER:
    'Unset it to take the issuer from CLERK_PUBLISHABLE_KEY, or set it to the `iss` of your tokens.',
  CLERK_AUTHORIZED_PARTIES:
    'List the origins whose session tokens are accepted, comma-separated, each as scheme, host and port, like https://app.example.com; unset, WEB_URL is used.',
  CLERK_ACCEPT_TOKENS_WITHOUT_AZP:
    'Set it to true (native apps, tokens from the Backend API) or false; the default is false.',
  WEB_URL:
    'List the web app’s origins, comma-separated, each as scheme, host and port, like https://app.example.com. With live keys, the default http://localhost:3000 does not work.',
  DATABASE_URL:
    'Set it to a PostgreSQL URL like postgresql://user:password@host:5432/database, or postgresql://user:password@/database?host=/socket/directory.',
  DATABASE_DIRECT_URL:
    'Set it to a URL that reaches PostgreSQL without a pooler, or unset it if DATABASE_URL does.',
  DATABASE_POOL_SIZE: 'Set it to a whole number from 1 to 1000; the default is 10.',
  DATABASE_MIGRATE: 'Set it to true or false; the default is true.',
  TOKEN_CACHE_ENABLED: 'Set it to true or false; the default is true.',
  USER_CACHE_ENABLED: 'Set it to true or false; the default is true.',
  USER_CACHE_MAX_AGE_MS:
    'Set it to 0 to 86400000 milliseconds (0 disables the cache while notifications are not proven to arrive); the default is 1000.',
  USER_EVENTS_RETENTION_DAYS: 'Set it to a number of days from 1 to 36500; the default is 90.',
  PORT: 'Set it to a port from 0 (any free one) to 65535; the default is 3001.',
  HOST: 'Set it to a host name or IP address of this machine, without scheme and port; the default is 0.0.0.0.',
  SHUTDOWN_DRAIN_MS:
    'Set it to the time that your load balancer needs to notice an instance that is not ready, from 0 to 60000 milliseconds; the default is 2000.',
  LOG_LEVEL: 'Set it to fatal, error, warn, info, debug, trace or silent; the default is info.',
  METRICS_ENABLED:
    'Set it to true or false; the default is true with METRICS_PORT, or with test keys outside NODE_ENV=production.',
  METRICS_PORT:
    'Set it to a port from 0 (any free one) to 65535 other than PORT, or unset it to serve /metrics on PORT.',
  DOCS_ENABLED:
    'Set it to true or false; the default is true with test keys outside NODE_ENV=production.',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'Set it to your collector’s URL for OTLP over HTTP, like http://localhost:4318, or unset it to turn tracing off.',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT:
    'Set it to the full URL for traces, like http://localhost:4318/v1/traces, or unset it.',
  OTEL_EXPORTER_OTLP_PROTOCOL:
    'Set it to http/protobuf (the default) or http/json, with the port for HTTP, which is usually 4318; gRPC is not supported.',
  OTEL_EXPORTER_OTLP_HEADERS:
    'List them as name=value, comma-separated, with values percent-encoded, like api-key=abc.',
  OTEL_RESOURCE_ATTRIBUTES:
    'List them as name=value, comma-separated, with values percent-encoded, like deployment.environment.name=staging.',
  OTEL_SDK_DISABLED: 'Set it to true to turn tracing off, or unset it.',
  OTEL_SERVICE_NAME: 'Set it to this service’s name in traces.',
  OTEL_TRACES_SAMPLER:
    'Set it to parentbased_always_on (the default), parentbased_always_off, parentbased_traceidratio, always_on, always_off or traceidratio.',
  OTEL_TRACES_SAMPLER_ARG: 'Set it to the fraction of traces to keep, from 0 to 1, like 0.1.',
  NODE_ENV: 'Set it to development, test or production.',
};

/** An environment variable that is missing or invalid. */
export interface EnvironmentProblem {
  readonly variable: string;
  /** The rest of a sentence that begins with the variable's name; never contains its value. */
  readonly problem: string;
  /** How to fix it. */
  readonly fix: string;
}

/** The environment is invalid. The message is for the operator. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly EnvironmentProblem[]) {
    const lines = problems.map(
      ({ variable, problem, fix }) => `  ${variable} ${problem}.\n    ${fix}`,
    );
    super(
      [
        'Cannot start: invalid environment variables.',
        ...lines,
        '.env.example lists all variables. `npm start` needs none of them: it runs a local database and a local Clerk.',
      ].join('\n\n'),
    );
    this.name = 'EnvironmentError';
  }
}

/**
 * Reads the environment once, at startup.
 *
 * @param source the variables by name; an empty value counts as unset, space around a value is
 *   ignored
 * @throws EnvironmentError listing every variable that is missing or invalid, with its fix
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const set = Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => {
      const trimmed = value?.trim() ?? '';
      return trimmed === '' ? [] : [[name, trimmed]];
    }),
  );
  const quoted = Object.keys(fixes).filter(
    // A PEM is found between its markers, so quotes are harmless.
    (name) => name !== 'CLERK_JWT_KEY' && isQuoted(set[name]),
  );
  const parsed = environmentSchema.safeParse(set);
  if (parsed.success && quoted.length === 0) return parsed.data;

  const issues = (parsed.error?.issues ?? []).map((issue) => {
    const variable = String(issue.path[0]);
    const isMissing = issue.code !== 'custom' && !(variable in set);
    return {
      variable,
      problem: isMissing ? 'is missing' : issue.message,
      fix: fixes[variable] ?? 'See .env.example.',
    };
  });
  throw new EnvironmentError([
    ...quoted.map((variable) => ({
      variable,
      problem: 'has quotes around its value',
      fix: 'Remove them: `docker --env-file` and most orchestrators pass them on as part of the value.',
    })),
    ...issues.filter(({ variable }) => !quoted.includes(variable)),
  ]);
}

function isQuoted(value: string | undefined): boolean {
  return value !== undefined && /^(["'`]).*\1$/s.test(value);
}
