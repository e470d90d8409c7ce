import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, until } from '@populatte/process-kit';
import { requireProgram } from '../tools/programs.js';
import type { TestContext } from '../test-context.js';
import { send } from './http.js';

/** HAProxy in front of API processes. */
export interface HaProxy {
  readonly url: string;
  /** HAProxy's name for the state of the process on this port, for instance `UP`. */
  readonly state: (port: number) => Promise<string>;
  /** The number of requests that HAProxy has sent to the process on this port. */
  readonly requests: (port: number) => Promise<number>;
}

export interface HaProxyOptions {
  /** Sends a request whose connection was refused to another process. Default: false. */
  readonly redispatch?: boolean;
  /**
   * Uses all processes while none is ready, so that the API's own 503 with its code reaches the
   * client instead of HAProxy's page. Default: false.
   */
  readonly keepUnready?: boolean;
}

/** Set by HAProxy on each response: the name of the process that received the request. */
export const serverHeader = 'x-server';

/** @returns HAProxy's name for the process on this port */
export function serverName(port: number): string {
  return `api-${port}`;
}

/**
 * Starts HAProxy with a readiness check each second. A process may start later than HAProxy.
 *
 * @param ports of the API processes on 127.0.0.1
 */
export async function startHaProxy(
  context: TestContext,
  ports: readonly number[],
  { redispatch = false, keepUnready = false }: HaProxyOptions = {},
): Promise<HaProxy> {
  const program = requireProgram('haproxy');
  const [port, statistics] = [await freePort(), await freePort()];
  const file = join(await context.makeFolder(), 'haproxy.cfg');
  const servers = ports.map((api) => `  server ${serverName(api)} 127.0.0.1:${api}\n`).join('');
  await writeFile(
    file,
    `defaults
  mode http
  ${redispatch ? 'retries 3\n  option redispatch 1' : 'retries 0'}
  timeout connect 2s
  timeout client 30s
  timeout server 30s
frontend web
  bind 127.0.0.1:${port}
  ${keepUnready ? 'use_backend unready if { nbsrv(api) eq 0 }' : ''}
  default_backend api
backend api
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 1s fall 1
  http-after-response set-header ${serverHeader} %s
${servers}backend unready
  balance roundrobin
  http-after-response set-header ${serverHeader} %s
${servers}frontend statistics
  bind 127.0.0.1:${statistics}
  stats enable
  stats uri /
`,
  );
  await context.startServer([program, '-db', '-f', file], port);
  const cell = async (api: number, name: string): Promise<string> => {
    const { text } = await send(`http://127.0.0.1:${statistics}/;csv`);
    const [header = '', ...lines] = text.split('\n');
    const column = header.replace('# ', '').split(',').indexOf(name);
    const line = lines.find((candidate) => candidate.startsWith(`api,${serverName(api)},`));
    return line?.split(',')[column] ?? '';
  };
  return {
    url: `http://127.0.0.1:${port}`,
    state: async (api) => (await cell(api, 'status')).split(' ')[0] ?? '',
    requests: async (api) => Number(await cell(api, 'stot')),
  };
}

/** Waits until HAProxy sends requests to the process on this port. */
export async function isInUse(balancer: HaProxy, port: number): Promise<void> {
  await until('HAProxy uses the process', async () => (await balancer.state(port)) === 'UP');
}
