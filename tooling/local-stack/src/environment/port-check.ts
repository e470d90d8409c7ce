import { poll } from '../process/deadline.js';
import { portProblem, type PortProblem } from '../process/port.js';
import { StackError } from '../stack/stack-error.js';

/** A port that a service is going to listen on, and the variable that moves it. */
export interface WantedPort {
  readonly service: string;
  readonly variable: string;
  readonly port: number;
  readonly host: string;
}

/**
 * Makes sure that every port can be had.
 *
 * @param patienceMs how long a port may still be in the hands of a stack that is ending
 * @throws StackError naming every port that cannot, and its variable
 */
export async function assertPortsFree(
  wanted: readonly WantedPort[],
  patienceMs: number,
): Promise<void> {
  const complaints = [...twice(wanted)];
  for (const one of wanted) {
    const problem = await lastingProblem(one, patienceMs);
    if (problem !== undefined) complaints.push(describe(one, problem));
  }
  if (complaints.length > 0) throw new StackError(complaints.join('\n'));
}

/** What is said about a port that cannot be had. */
export function describe({ service, variable, port }: WantedPort, problem: PortProblem): string {
  const why =
    problem === 'taken'
      ? 'is taken by another program. End that one'
      : 'may not be used by this user. Use one over 1023';
  return `Port ${port}, for ${service}, ${why}, or choose another port: ${variable}=${port + 10} npm start`;
}

function twice(wanted: readonly WantedPort[]): string[] {
  return wanted.flatMap((one, index) => {
    const earlier = wanted.slice(0, index).find(({ port }) => port === one.port);
    if (earlier === undefined) return [];
    return [`${earlier.variable} and ${one.variable} are both ${one.port}. Change one of them.`];
  });
}

async function lastingProblem(
  { port, host }: WantedPort,
  patienceMs: number,
): Promise<PortProblem | undefined> {
  const problem = async (): Promise<PortProblem | undefined> =>
    // A program on the loopback address alone would be reached instead of a service on all of them.
    (await portProblem(port, host)) ?? (await portProblem(port, '127.0.0.1'));
  let last: PortProblem | undefined;
  await poll(
    async () => {
      last = await problem();
      return last === undefined ? true : undefined;
    },
    { timeoutMs: patienceMs, intervalMs: 200 },
  );
  return last;
}
