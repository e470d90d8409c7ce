import type { ServerProcess } from '../machine/server-process.js';

/** One round of servers that take turns. */
export interface Round<Line> {
  /** One server each. */
  readonly lines: readonly Line[];
  /** From 0. The order of the servers alternates from round to round and from turn to turn. */
  readonly round: number;
  readonly turns: number;
  readonly start: (line: Line) => Promise<ServerProcess>;
  /**
   * Prepares a turn.
   *
   * @param turn from 0
   * @returns a function that measures one server; it is called once for each
   */
  readonly prepare: (turn: number) => (line: Line, server: ServerProcess) => Promise<void>;
}

/**
 * Starts all servers of a round, lets them take turns, so that a slow phase of the machine affects
 * all of them, and stops them.
 */
export async function sideBySide<Line>({
  lines,
  round,
  turns,
  start,
  prepare,
}: Round<Line>): Promise<void> {
  const servers: [Line, ServerProcess][] = [];
  try {
    for (const line of lines) servers.push([line, await start(line)]);
    for (let turn = 0; turn < turns; turn += 1) {
      const measureServer = prepare(turn);
      const order = (round + turn) % 2 === 0 ? servers : servers.toReversed();
      for (const [line, server] of order) await measureServer(line, server);
    }
  } finally {
    await Promise.all(servers.map(([, server]) => server.stop()));
  }
}
