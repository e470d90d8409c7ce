import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertPortsFree, describePortProblem } from '../../src/environment/port-check.js';
import { planStack } from '../../src/environment/plan.js';
import { wantedPorts } from '../../src/services/services.js';
import { freePort } from '@populatte/process-kit';

const service = 'the API';
const variable = 'PORT';

test('names every port that is taken, with the variable that changes it', async () => {
  const [a, b] = [await aListener(), await aListener()];
  const wanted = [
    { service, variable, port: a.port, host: '0.0.0.0' },
    { service: 'clerk-local', variable: 'CLERK_LOCAL_PORT', port: b.port, host: '127.0.0.1' },
  ];
  await expect(assertPortsFree(wanted, 0)).rejects.toThrow(
    new RegExp(
      `Port ${a.port}, for the API, is used.*Port ${b.port}, for clerk-local, is used`,
      's',
    ),
  );
});

test('names a port that another program uses on ::1, where browsers look for localhost first', async ({
  skip,
}) => {
  const listener = await aListener('::1').catch(() => skip('this machine has no IPv6'));
  const wanted = [{ service, variable, port: listener.port, host: '127.0.0.1' }];
  await expect(assertPortsFree(wanted, 0)).rejects.toThrow(`Port ${listener.port}, for the API`);
});

test.each([
  ['taken', 3001, 'PORT=3011 npm start'],
  ['taken', 65_530, 'PORT=65520 npm start'],
  ['forbidden', 80, 'PORT=8080 npm start'],
] as const)(
  'suggests a port that works instead of one that is %s: %i',
  (problem, port, command) => {
    const wanted = { service, variable, port, host: '127.0.0.1' };
    expect(describePortProblem(wanted, problem)).toContain(`another port: ${command}`);
  },
);

test('waits for a port that becomes free in time', async () => {
  const { port, server } = await aListener();
  setTimeout(() => server.close(), 300);
  await assertPortsFree([{ service, variable, port, host: '127.0.0.1' }], 60_000);
});

test('reports two services on the same port', async () => {
  const port = await freePort();
  const wanted = ['PORT', 'CLERK_LOCAL_PORT'].map((name) => ({
    ...{ service, port, host: '127.0.0.1' },
    variable: name,
  }));
  await expect(assertPortsFree(wanted, 0)).rejects.toThrow(
    `PORT and CLERK_LOCAL_PORT are both ${port}.`,
  );
});

test('PostgreSQL counts as a service on the same port, but its own port is not checked', async () => {
  const { port } = await aListener();
  const plan = planStack({ LOCAL_POSTGRES_PORT: `${port}`, PORT: `${await freePort()}` });
  const [postgres] = wantedPorts(plan, '/nonexistent');
  if (postgres === undefined) throw new Error('no port');
  await assertPortsFree([postgres], 0);
  const api = { service, variable, port, host: '127.0.0.1' };
  await expect(assertPortsFree([postgres, api], 0)).rejects.toThrow(
    `LOCAL_POSTGRES_PORT and PORT are both ${port}.`,
  );
});

async function aListener(host = '127.0.0.1'): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { port: address.port, server };
}
