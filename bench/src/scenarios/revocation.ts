import { clerkUserJson } from '@populatte/clerk-stub';
import { Latencies } from '../load/latencies.js';
import { toGoal, type Section } from '../report/section.js';
import { whole } from '../report/figures.js';
import { deliver } from '../world/clerk.js';
import { benchUsers, type BenchUser } from '../world/bench-users.js';
import type { World } from '../world/world.js';
import type { Scenario } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

const shares = [0.5, 0.99, 1] as const;

/** How long a token may still pass before the run fails, in milliseconds. */
const timeoutMs = 10_000;

/** An event that revokes the tokens of a user or a session. */
interface Kind {
  readonly label: string;
  /** The code of the refusal. */
  readonly code: string;
  readonly deliver: (port: number, user: BenchUser) => Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    label: 'ban',
    code: 'user_banned',
    deliver: (port, user) => {
      const banned = { ...clerkUserJson(user, Date.now()), banned: true };
      return deliver(port, 'user.updated', banned, 'unchanged');
    },
  },
  {
    label: 'ended session',
    code: 'session_ended',
    deliver: (port, { clerkId }) => {
      const ended = { id: sessionOf(clerkId), object: 'session', user_id: clerkId };
      return deliver(port, 'session.revoked', ended, 'session_ended');
    },
  },
  {
    label: 'deletion',
    code: 'user_deleted',
    deliver: (port, { clerkId }) =>
      deliver(port, 'user.deleted', { id: clerkId, object: 'user', deleted: true }, 'deleted'),
  },
];

/** The session of the tokens that the bench signs for a user. */
function sessionOf(clerkId: string): string {
  return `sess_${clerkId.slice(5)}`;
}

/**
 * Measures the time from a ban, an ended session or a deletion at one process until another process
 * refuses the token.
 */
export const revocation: Scenario = {
  id: 'revocation',
  run: async ({ world, quick, log }) => {
    const count = quick ? 10 : 200;
    const database = await world.databases.create(count * kinds.length);
    const first = await startVariant(world, { ...shipped, id: 'api-first' }, database);
    const second = await startVariant(world, { ...shipped, id: 'api-second' }, database);
    const results: { readonly kind: Kind; readonly quantiles: readonly number[] }[] = [];
    try {
      for (const [index, kind] of kinds.entries()) {
        const affected = benchUsers(index * count + 1, (index + 1) * count);
        const tokens = new Map(affected.map((user) => [user, world.token(user)]));
        const { quantiles, slowest } = await revokeEach(first.port, second.port, kind, tokens);
        await refusedLater(world, database, kind, [...tokens.values()]);
        log(`${kind.label}: ${count} refused, p99 ${(quantiles[1] ?? 0).toFixed(1)} ms`);
        log(`  the slowest: ${describeSteps(slowest)}`);
        results.push({ kind, quantiles });
      }
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
    return toSection(count, results);
  },
};

/** The steps of one revocation, in milliseconds: they distinguish a slow step from a busy machine. */
interface Steps {
  /** From sending the webhook until the other process refuses the token. */
  readonly refused: number;
  /** From sending the webhook until its response. */
  readonly acknowledged: number;
  /** The longest request to the other process meanwhile. */
  readonly longestPoll: number;
}

function describeSteps({ refused, acknowledged, longestPoll }: Steps): string {
  return `refused after ${refused.toFixed(1)} ms, webhook answered after ${acknowledged.toFixed(1)} ms, longest poll ${longestPoll.toFixed(1)} ms`;
}

/**
 * @returns the quantiles of the time from sending the webhook until the other process refuses, and the
 *   slowest revocation
 */
async function revokeEach(
  port: number,
  otherPort: number,
  kind: Kind,
  tokens: ReadonlyMap<BenchUser, string>,
): Promise<{ readonly quantiles: number[]; readonly slowest: Steps }> {
  const times = new Latencies();
  let slowest: Steps = { refused: 0, acknowledged: 0, longestPoll: 0 };
  for (const [user, token] of tokens) {
    // Makes the other process serve this user from its cache.
    const before = await ask(otherPort, token);
    if (before.status !== 200) throw new Error(`A response was ${before.status}: ${before.body}`);
    const sentAt = performance.now();
    const delivery = kind.deliver(port, user).then(() => performance.now() - sentAt);
    // The polls below may fail first.
    delivery.catch(() => undefined);
    let longestPoll = 0;
    for (let isPassing = true; isPassing;) {
      const askedAt = performance.now();
      isPassing = !isRefused(await ask(otherPort, token), kind);
      longestPoll = Math.max(longestPoll, performance.now() - askedAt);
      if (isPassing && performance.now() - sentAt > timeoutMs) {
        throw new Error(`${kind.label}: the token still passes after ${timeoutMs / 1000} s.`);
      }
    }
    const refused = performance.now() - sentAt;
    times.add(refused);
    const acknowledged = await delivery;
    if (refused > slowest.refused) slowest = { refused, acknowledged, longestPoll };
  }
  return { quantiles: times.quantiles(...shares), slowest };
}

/** @throws Error unless a process that starts now refuses every token */
async function refusedLater(
  world: World,
  database: string,
  kind: Kind,
  tokens: readonly string[],
): Promise<void> {
  const later = await startVariant(world, { ...shipped, id: 'api-later' }, database);
  try {
    for (const token of tokens) {
      const answer = await ask(later.port, token);
      if (!isRefused(answer, kind)) {
        throw new Error(`${kind.label}: a process started later answered ${answer.body}`);
      }
    }
  } finally {
    await later.stop();
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(port: number, token: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/users/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: await response.text() };
}

/** @throws Error for an answer that is neither the user nor the expected refusal */
function isRefused({ status, body }: Answer, { code }: Kind): boolean {
  if (status === 200) return false;
  if (status === 401 && body.includes(`"code":"${code}"`)) return true;
  throw new Error(`A response was ${status}: ${body}`);
}

function toSection(
  count: number,
  results: readonly { readonly kind: Kind; readonly quantiles: readonly number[] }[],
): Section {
  const show = (value: number): string => `${value.toFixed(1)} ms`;
  return {
    id: revocation.id,
    title: 'Revocation across processes',
    notes: [
      `A signed webhook to one process bans each of ${whole(count)} users, ends each of ${whole(count)} sessions and deletes each of ${whole(count)} users. Meanwhile, another process, which serves the user from its cache, is polled with the same token until it refuses it. The time includes the webhook request and the last poll. A third process, started afterwards, refused every one of these tokens; otherwise there would be no figures.`,
    ],
    goals: results.map(({ kind, quantiles }) =>
      toGoal(
        `${kind.label} at one process, refused at another, p99`,
        quantiles[1] ?? Number.NaN,
        { atMost: 1_000 },
        show,
      ),
    ),
    tables: [
      {
        columns: ['time until the token is refused', 'p50', 'p99', 'longest'],
        rows: results.map(({ kind, quantiles }) => [kind.label, ...quantiles.map(show)]),
      },
    ],
    charts: [],
  };
}
