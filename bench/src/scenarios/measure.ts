import type { RunOptions } from '../load/load-generator.js';
import { cpuMicroseconds, familyCpuMicroseconds, residentMegabytes } from '../machine/proc.js';
import type { ServerProcess } from '../machine/server-process.js';
import type { World } from '../world/world.js';

/** The result of one run under load. */
export interface Sample {
  readonly requestsPerSecond: number;
  /** CPU time of the servers per request, in microseconds; 0 if the machine does not report it. */
  readonly cpuMicros: number;
  /**
   * The share of one core that the servers used, from 0 to 1; slightly more than 1 is a rounding
   * effect of clock ticks.
   */
  readonly coreShare: number;
  /** CPU time of PostgreSQL per request, in microseconds. */
  readonly postgresMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Physical memory of the servers at the end, in MB. */
  readonly residentMb: number;
}

/** Runs the load, which must be connected and warm, and measures its cost. */
export async function measure(
  world: World,
  servers: readonly ServerProcess[],
  run: RunOptions,
): Promise<Sample> {
  const cpuOf = (): number => sum(servers.map(({ pid }) => cpuMicroseconds(pid)));
  const postgresBefore = familyCpuMicroseconds(world.postgres.pid);
  const before = cpuOf();
  const { requests, seconds, p50Ms, p99Ms } = await world.load.run(run);
  const cpu = cpuOf() - before;
  const postgresCpu = familyCpuMicroseconds(world.postgres.pid) - postgresBefore;
  return {
    requestsPerSecond: requests / seconds,
    cpuMicros: cpu / requests,
    coreShare: cpu / (seconds * 1e6),
    postgresMicros: postgresCpu / requests,
    p50Ms,
    p99Ms,
    residentMb: sum(servers.map(({ pid }) => residentMegabytes(pid))),
  };
}

/** @returns each figure's median over the samples */
export function medianOf(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample): number => median(samples.map((sample) => sample[key]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    cpuMicros: of('cpuMicros'),
    coreShare: of('coreShare'),
    postgresMicros: of('postgresMicros'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    residentMb: of('residentMb'),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
