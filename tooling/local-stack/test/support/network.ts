import { networkInterfaces } from 'node:os';

/** This machine's addresses by which others reach it; none on a machine without a network. */
export function outerAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}
