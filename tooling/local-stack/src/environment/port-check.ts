import { poll, portProblem, type PortProblem } from '@populatte/process-kit';
import { StackError } from '../stack/stack-error.js';

/** A port that a service will listen on, and the variable that changes it. */
export interface WantedPort {
  readonly service: string;
  readonly variable: string;
  readonly port: number;
  /** The address that is checked. Unset: the service itself checks its port. */
  readonly host?: string;
}

/**
 * Makes sure that every port is available, and that no two services have the same one.
 *
 * @param timeoutMs how long to wait for ports of a stack that is shutting down
 * @throws StackError naming every unavailable port and its variable
 */
export async function assertPortsFree(
  wanted: readonly WantedPort[],
  timeoutMs: number,
): Promise<void> {
  const problems = duplicates(wanted);
  for (const port of wanted) {
    if (port.host === undefined) continue;
    const problem = await lastingProblem(port.port, port.host, timeoutMs);
    if (problem !== undefined) problems.push(describePortProblem(port, problem));
  }
  if (problems.length > 0) throw new StackError(problems.join('\n'));
}

/** Explains why a port is not available, and how to fix it. */
export function describePortProblem(
  { service, variable, port }: WantedPort,
  problem: PortProblem,
): string {
  const why =
    problem === 'taken'
      ? 'is used by another program. Stop that program, or choose'
      : 'is not permitted for this user. Choose';
  const other = alternative(port, problem);
  return `Port ${port}, for ${service}, ${why} another port: ${variable}=${other} npm start`;
}

/** Ports below 1024 are the forbidden ones; 80 becomes 8080. */
function alternative(port: number, problem: PortProblem): number {
  if (problem === 'forbidden') return port + 8_000;
  return port + 10 <= 65_535 ? port + 10 : port - 10;
}

function duplicates(wanted: readonly WantedPort[]): string[] {
  return wanted.flatMap(({ variable, port }, index) => {
    const earlier = wanted.slice(0, index).find((other) => other.port === port);
    if (earlier === undefined) return [];
    return [`${earlier.variable} and ${variable} are both ${port}. Change one of them.`];
  });
}

async function lastingProblem(
  port: number,
  host: string,
  timeoutMs: number,
): Promise<PortProblem | undefined> {
  let problem: PortProblem | undefined;
  const isFree = async (): Promise<boolean> => {
    // A program on a loopback address only would receive requests for `localhost`, which may be ::1.
    for (const address of [host, '127.0.0.1', '::1']) {
      problem = await portProblem(port, address);
      if (problem !== undefined) return false;
    }
    return true;
  };
  await poll(isFree, { timeoutMs, intervalMs: 200 });
  return problem;
}
