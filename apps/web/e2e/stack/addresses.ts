import { connect } from 'node:net';

/**
 * Fixed ports, away from those of `npm start`: what browsers get of the addresses is inlined when
 * the app is built, so that another port means another build. And below those that systems give to
 * outgoing connections (from 32768 on), any of which could hold one of them for a while.
 */
const ports = { web: 23_100, api: 23_101, clerk: 23_110, control: 23_120 } as const;

export const addresses = {
  web: `http://localhost:${ports.web}`,
  api: `http://localhost:${ports.api}`,
  clerk: `http://localhost:${ports.clerk}`,
  control: `http://127.0.0.1:${ports.control}`,
} as const;

/** @returns the port of an address with one */
export function portOf(address: string): number {
  return Number(new URL(address).port);
}

/** @throws Error naming the ports that somebody else listens on */
export async function assertPortsFree(): Promise<void> {
  const answers = await Promise.all(Object.values(ports).map(isTaken));
  const taken = Object.values(ports).filter((_, index) => answers[index]);
  if (taken.length === 0) return;
  throw new Error(
    `The browser tests need port ${taken.join(', ')}, which is taken. ` +
      'Another run of them may be under way: wait for it, or end what listens there.',
  );
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
