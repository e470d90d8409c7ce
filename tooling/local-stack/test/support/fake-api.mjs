// Replaces the built API: ready at once, returns its environment, and exits on request.
import { createServer } from 'node:http';
import process from 'node:process';

if (process.env.FAKE_API === 'broken') throw new Error('the fake API cannot start');
if (process.env.FAKE_API === 'stubborn') process.on('SIGTERM', () => undefined);
if (process.env.FAKE_API === 'stuck') {
  process.on('SIGTERM', () => {
    for (;;);
  });
}
let checksToRefuse = process.env.FAKE_API === 'slow' ? 5 : 0;
const server = createServer((request, response) => {
  if (request.url === '/health/ready' && checksToRefuse > 0) {
    checksToRefuse -= 1;
    const line = {
      requestId: request.headers['x-request-id'],
      msg: 'failed',
      err: { message: 'not yet', cause: { message: checksToRefuse > 2 ? 'first' : 'second' } },
    };
    process.stdout.write(`${JSON.stringify({ level: 'warn', time: Date.now(), ...line })}\n`);
    response.writeHead(503).end();
    return;
  }
  if (request.url === '/die') {
    process.stdout.write('this is my last line\n', () => process.exit(3));
    return;
  }
  const answer = request.url === '/self' ? { pid: process.pid, environment: process.env } : {};
  response.end(JSON.stringify(answer));
});
server.listen(Number(process.env.PORT), process.env.HOST);
