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
const server = createServer((request, response) => {
  if (request.url === '/die') {
    process.stdout.write('this is my last line\n', () => process.exit(3));
    return;
  }
  const answer = request.url === '/self' ? { pid: process.pid, environment: process.env } : {};
  response.end(JSON.stringify(answer));
});
server.listen(Number(process.env.PORT), process.env.HOST);
