import { acceptsConnections } from '@populatte/process-kit';

/**
 * Fixed ports, because the build inlines the addresses for browsers: another port means another
 * build. They differ from those of `npm start`, and are below the range of outgoing connections
 * (32768 and up), which could temporarily occupy a port.
 */
const ports = { web: 23_100, api: 23_101, clerk: 23_110, control: 23_120 } as const;

export const addresses = {
  web: `http://localhost:${ports.web}`,
  api: `http://localhost:${ports.api}`,
  clerk: `http://localhost:${ports.clerk}`,
  control: `http://127.0.0.1:${ports.control}`,
} as const;

/** @returns the port of a URL that names one */
export function portOf(address: string): number {
  return Number(new URL(address).port);
}

/** @throws Error naming the ports that another program listens on */
export async function assertPortsFree(): Promise<void> {
  const all = Object.values(ports);
  const answers = await Promise.all(all.map((port) => acceptsConnections(port, 'localhost')));
  const taken = all.filter((_, index) => answers[index]);
  if (taken.length === 0) return;
  throw new Error(
    `The browser tests need port ${taken.join(', ')}, which is taken. ` +
      'Another run may be in progress: wait for it, or end the program that listens there.',
  );
}
