import { EnvironmentError } from './infrastructure/config/environment-error.js';

/** @returns why the API did not start, and what to do about it, for the person who started it */
export function explainStart(error: unknown): string {
  if (error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error)) return 'The API cannot start.';
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const port =
      'port' in error && typeof error.port === 'number' ? `port ${error.port}` : 'its port';
    return `The API cannot start: ${port} is taken. End what listens there, or set PORT to another one.`;
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return 'The API cannot start: it may not listen there. Set HOST to an address of this machine, and PORT to 1024 or more.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'The API cannot start: HOST is a name that leads nowhere. Set it to an address of this machine; the default is 0.0.0.0.';
  }
  return `The API cannot start: ${error.stack ?? error.message}`;
}
