import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { startHaProxy } from '../support/haproxy.js';
import { failed, SteadyLoad } from '../support/steady-load.js';
import { freePort, until } from '@populatte/process-kit';
import { requireProgram } from '../tools/programs.js';
import type { TestContext } from '../test-context.js';

const restarts = 20;

/** Three processes behind a proxy are replaced one by one; no request may fail. */
export const rollingRestarts: Environment[] = [
  {
    name: `rolling restarts: ${restarts} behind HAProxy without retries`,
    run: (context) => roll(context, (all, ports) => startHaProxy(all, ports)),
  },
  {
    name: `rolling restarts: ${restarts} behind nginx with defaults`,
    run: (context) => roll(context, startNginx),
  },
  { name: 'rolling restarts: HAProxy stops using a stopping process in time', run: takenOut },
];

interface Balancer {
  readonly url: string;
  /** HAProxy's name for the state of the process on this port. */
  readonly state?: (port: number) => Promise<string>;
  /** Milliseconds for which the proxy avoids a process after a failed connection. */
  readonly avoidsForMs?: number;
}

type StartBalancer = (context: TestContext, ports: readonly number[]) => Promise<Balancer>;

async function roll(context: TestContext, startBalancer: StartBalancer): Promise<string> {
  const { balancer, apis, env } = await startThree(context, startBalancer);
  const load = new SteadyLoad(context, balancer.url);
  context.atEnd(async () => {
    await load.stop();
  });
  await sleep(1_000);
  for (let count = 0; count < restarts; count += 1) {
    const old = apis[count % apis.length];
    if (old === undefined) throw new Error('no process to restart');
    await old.stop();
    const replacement = await ApiProcess.start(context, { env, port: old.port });
    apis[count % apis.length] = replacement;
    await isIn(balancer, old.port);
    const { requests, failures } = load.result;
    context.progress(`${count + 1} restarts, ${requests} requests, ${failures.length} failed`);
    if (failures.length > 20) break;
  }
  const { requests, failures } = await load.stop();
  if (failures.length > 0) throw failed(failures, requests);
  await Promise.all(apis.map((api) => api.stop()));
  return `${requests} requests, none failed`;
}

/**
 * With SHUTDOWN_DRAIN_MS=2000: readiness is 503 within 1 s, and HAProxy sends nothing more in 2 s.
 */
async function takenOut(context: TestContext): Promise<string> {
  const { balancer, apis } = await startThree(context, startHaProxy);
  const [api] = apis;
  if (api === undefined) throw new Error('no process');
  const signalledAt = performance.now();
  const elapsed = (): number => performance.now() - signalledAt;
  api.signal('SIGTERM');
  const readinessMs = await until(
    'readiness is 503 on a new connection',
    async () => ((await api.readiness()).status === 503 ? elapsed() : undefined),
    1_000,
    { intervalMs: 10, retryErrors: true },
  );
  const outMs = await until(
    'HAProxy stops using the process while it still accepts connections',
    async () => ((await balancer.state?.(api.port)) === 'DOWN' ? elapsed() : undefined),
    5_000,
    { intervalMs: 50, retryErrors: true },
  );
  const code = await api.ended(12_000);
  const endMs = elapsed();
  if (code !== 0) throw new Error(`the process exits with ${code}`);
  if (outMs > 2_000)
    throw new Error(`HAProxy stops using the process after ${outMs.toFixed(0)} ms`);
  if (endMs < 2_000) throw new Error(`the process ends after ${endMs.toFixed(0)} ms`);
  return `readiness 503 after ${readinessMs.toFixed(0)} ms, out after ${outMs.toFixed(0)} ms`;
}

async function startThree(
  context: TestContext,
  startBalancer: StartBalancer,
): Promise<{ balancer: Balancer; apis: ApiProcess[]; env: Record<string, string> }> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const balancer = await startBalancer(context, ports);
  const server = await context.postgres();
  const database = await createDatabase(server);
  const env = { DATABASE_URL: server.urlOf(database), SHUTDOWN_DRAIN_MS: '2000' };
  const apis: ApiProcess[] = [];
  for (const port of ports) apis.push(await ApiProcess.start(context, { env, port }));
  for (const port of ports) await isIn(balancer, port);
  return { balancer, apis, env };
}

/** Waits until the proxy sends requests to the process on this port, as orchestrators do. */
async function isIn(balancer: Balancer, port: number): Promise<void> {
  const { state, avoidsForMs = 0 } = balancer;
  await sleep(avoidsForMs);
  if (state === undefined) return;
  await until('HAProxy uses the process', async () => (await state(port)) === 'UP');
}

async function startNginx(context: TestContext, ports: readonly number[]): Promise<Balancer> {
  const program = requireProgram('nginx', 'nginx-light');
  const port = await freePort();
  const folder = await context.makeFolder();
  await mkdir(join(folder, 'temporary'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off;
pid ${folder}/nginx.pid;
${process.geteuid?.() === 0 ? 'user root;' : ''}
error_log stderr;
events {}
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/temporary/${name};\n`).join('')}
  upstream api {
${ports.map((api) => `    server 127.0.0.1:${api};\n`).join('')}  }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://api; }
  }
}
`,
  );
  await context.startServer([program, '-e', 'stderr', '-c', file], port);
  // nginx's default `fail_timeout`. Faster restarts would leave it without any live upstream.
  return { url: `http://127.0.0.1:${port}`, avoidsForMs: 10_000 };
}
