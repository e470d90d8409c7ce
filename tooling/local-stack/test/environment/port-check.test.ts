import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertPortsFree } from '../../src/environment/port-check.js';
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

async function aListener(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { port: address.port, server };
}
