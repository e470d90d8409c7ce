import { register } from 'node:module';

const hooks = `export async function load(url, context, next) {
  if (url.endsWith('/app.module.js')) process.kill(process.pid, 'SIGTERM');
  return next(url, context);
}`;

/** Sends SIGTERM to a process of the API that is loading its modules. */
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
