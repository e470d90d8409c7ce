import { parseArgs } from 'node:util';
import { EnvironmentError } from '../../infrastructure/config/env.js';
import type { Environment } from '../../infrastructure/config/env.schema.js';
import { type Console, helpOption, usageErrorOf } from '../command-line.js';
import { checkClerk, type ClerkState } from './clerk-checks.js';
import { checkDatabase } from './database-checks.js';
import { type Finding, ok, problem, warning } from './finding.js';
import { checkNode } from './node-check.js';
import { checkToken } from './token-check.js';

const doctorHelp = `Usage: npm run doctor -- [--token TOKEN]

Checks the environment against Clerk and the database, and names each wrong setting with its fix:
the keys, the webhook secret, the origins, the clock, the database, its encoding and LISTEN. It
writes nothing.

  --token TOKEN  a session token of your application, to check its claims
  --help         this text

Exit codes: 0 no setting is wrong (there may be warnings); 1 a setting is wrong.
`;

/**
 * `doctor`.
 *
 * @returns the exit code
 * @throws UsageError
 */
export async function doctorCommand(
  args: readonly string[],
  readEnv: () => Environment,
  console: Console,
): Promise<number> {
  const { token, help } = parse(args);
  if (help === true) {
    console.print(doctorHelp.trimEnd());
    return 0;
  }
  const findings = [checkNode(process.version, Date.now())];
  const env = readOrExplain(readEnv, findings);
  if (env !== null) {
    const clerk = await checkClerk(env);
    findings.push(
      ok('Every variable is valid.'),
      ...env.warnings.map((text) => warning(text, 'Remove the origin in production.')),
      ...clerk.findings,
      ...(await checkOptionalToken(token, clerk.keys, env)),
      checkWebhooks(env),
      ...checkOrigins(env),
      ...(await checkDatabase(env)),
    );
  }
  for (const finding of findings) console.print(describe(finding));
  return findings.some(({ level }) => level === 'problem') ? 1 : 0;
}

function parse(args: readonly string[]): { readonly token?: string; readonly help?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: { token: { type: 'string' }, ...helpOption },
    }).values;
  } catch (cause) {
    throw usageErrorOf(cause);
  }
}

function readOrExplain(readEnv: () => Environment, findings: Finding[]): Environment | null {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    findings.push(
      ...error.problems.map((each) => problem(`${each.variable} ${each.problem}.`, each.fix)),
    );
    return null;
  }
}

async function checkOptionalToken(
  token: string | undefined,
  keys: ClerkState['keys'],
  env: Environment,
): Promise<readonly Finding[]> {
  if (token !== undefined && keys !== null) return checkToken(token.trim(), keys, env);
  if (token !== undefined) return [];
  return [ok('Claims are not checked: pass --token with what getToken() returns.')];
}

function checkWebhooks({ clerk }: Environment): Finding {
  const { length } = clerk.webhookSigningSecrets;
  if (length > 0)
    return ok(`CLERK_WEBHOOK_SIGNING_SECRET has ${length === 1 ? 'a secret' : 'two secrets'}.`);
  return warning(
    'Webhooks are off: CLERK_WEBHOOK_SIGNING_SECRET is unset, so the API misses deletions and bans at Clerk.',
    'Copy the endpoint’s signing secret (whsec_…) from the Clerk dashboard, “Webhooks”.',
  );
}

/** The web app at an origin of WEB_URL gets tokens with that `azp`. */
function checkOrigins({ http, clerk }: Environment): readonly Finding[] {
  const missing = http.webOrigins.filter((origin) => !clerk.authorizedParties.includes(origin));
  if (missing.length === 0)
    return [ok('CLERK_AUTHORIZED_PARTIES contains every origin of WEB_URL.')];
  return missing.map((origin) =>
    problem(
      `CLERK_AUTHORIZED_PARTIES lacks ${origin} from WEB_URL: users of the web app at that origin are refused.`,
      'Add it to CLERK_AUTHORIZED_PARTIES, or unset that variable to use WEB_URL.',
    ),
  );
}

const labels = { ok: 'ok     ', warning: 'warning', problem: 'problem' } as const;

function describe({ level, text, fix }: Finding): string {
  return `${labels[level]}  ${text}${fix === undefined ? '' : `\n         ${fix}`}`;
}
