import { EnvironmentError } from './infrastructure/config/env.js';

/** @returns why the API did not start, with the fix */
export function explainStart(error: unknown): string {
  if (error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error)) return 'Cannot start: unknown error.';
  const code = 'code' in error ? error.code : undefined;
  const variable =
    'portVariable' in error && typeof error.portVariable === 'string' ? error.portVariable : 'PORT';
  if (code === 'EADDRINUSE') {
    const port =
      'port' in error && typeof error.port === 'number' ? `port ${error.port}` : 'its port';
    return `Cannot start: ${port} is taken. Stop the process that uses it, or set ${variable} to another port.`;
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return `Cannot start: permission denied, or HOST is not an address of this machine. Set HOST to an address of this machine, and ${variable} to 1024 or more.`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'Cannot start: HOST does not resolve. Set it to an address of this machine; the default is 0.0.0.0.';
  }
  return `Cannot start: ${error.stack ?? error.message}`;
}
