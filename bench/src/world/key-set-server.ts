import { createServer } from 'node:http';
import type { SigningKey } from './signing-key.js';

export interface KeySetServer {
  /** What takes the place of https://api.clerk.com. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves `GET /v1/jwks`, as Clerk's Backend API does. */
export async function startKeySetServer(key: SigningKey): Promise<KeySetServer> {
  const keySet = JSON.stringify({ keys: [key.jwk] });
  const server = createServer((request, response) => {
    const found = request.url === '/v1/jwks';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(found ? keySet : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
