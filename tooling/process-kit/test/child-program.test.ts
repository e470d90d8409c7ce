import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  acceptsConnections,
  ChildProgram,
  freePort,
  isRunning,
  portProblem,
  runProgram,
  until,
  type ChildProgramOptions,
} from '../src/index.js';

const timeoutMs = 60_000;

test('keeps stdout and stderr, separately and combined, and forwards each line', async () => {
  const lines: string[] = [];
  const child = start('console.log("out"); console.error("err");', {
    onLine: (line) => lines.push(line),
  });
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect([child.stdout, child.stderr]).toEqual(['out\n', 'err\n']);
  expect(child.output.trim().split('\n').sort()).toEqual(['err', 'out']);
  expect(lines.sort()).toEqual(['err', 'out']);
});

test('keeps only the latest output', async () => {
  const child = start('console.log("0123456789")', { keptOutput: 4 });
  await child.ended;
  expect(child.output).toBe('789\n');
});

test('reports its last lines when it exits unexpectedly', async () => {
  const child = start('console.log("first"); console.log("last"); process.exit(3);');
  expect(await child.died).toBe('first\nlast');
  expect(child.exit).toEqual({ code: 3, signal: null });
});

test('a program that cannot be started ends without an exit code', async () => {
  const child = ChildProgram.start('/nonexistent/program', { name: 'The server' });
  expect(await child.ended).toEqual({ code: null, signal: null });
  await expect(child.until('listen', () => true, { timeoutMs })).rejects.toThrow(
    /^The server could not be started before it could listen\..*ENOENT/s,
  );
});

test('until fails with the last output when the process ends first', async () => {
  const child = start('console.error("no database"); process.exitCode = 1;', { name: 'The API' });
  await expect(child.until('listen', () => false, { timeoutMs })).rejects.toThrow(
    'The API ended with exit code 1 before it could listen. Its last output:\nno database',
  );
});

test('until fails when the condition does not hold in time', async () => {
  const child = start(forever, { name: 'The API' });
  await expect(child.until('listen', () => false, { timeoutMs: 50 })).rejects.toThrow(
    'The API did not listen within 0.05 s.',
  );
});

test('stop sends SIGTERM first', async () => {
  const child = start(`process.on('SIGTERM', () => process.exit(7)); ${ready} ${forever}`);
  await until('it is ready', () => child.output.includes('ready'));
  await child.stop({ timeoutMs });
  expect(child.exit).toEqual({ code: 7, signal: null });
});

test('stop kills a process that ignores SIGTERM, and its children', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(forever)}], { stdio: 'ignore' });
    process.on('SIGTERM', () => undefined);
    console.log(child.pid);
    ${forever}`;
  const child = start(script);
  const grandchild = Number(await until('it prints', () => /^\d+\n/.exec(child.stdout)?.[0]));
  expect(await isRunning(grandchild)).toBe(true);
  await child.stop({ timeoutMs: 100 });
  expect(child.exit).toEqual({ code: null, signal: 'SIGKILL' });
  await until('its child has ended', async () => !(await isRunning(grandchild)));
});

test('succeeded rejects unless the exit code is 0', async () => {
  await start('').succeeded();
  await expect(start('process.exit(2)', { name: 'The build' }).succeeded()).rejects.toThrow(
    'The build ended with exit code 2. Its last output:',
  );
});

test('runProgram returns exit code and output, and kills after the timeout', async () => {
  const run = (script: string, limit = timeoutMs): Promise<unknown> =>
    runProgram(process.execPath, ['-e', script], { timeoutMs: limit });
  expect(await run('console.log(1); process.exit(5)')).toEqual({ code: 5, output: '1\n' });
  expect(await run(forever, 200)).toEqual({ code: null, output: '' });
});

test('freePort returns different ports, and portProblem and acceptsConnections see a listener', async () => {
  const [port, other] = await Promise.all([freePort(), freePort()]);
  expect(port).not.toBe(other);
  expect(await portProblem(port)).toBeUndefined();
  expect(await acceptsConnections(port)).toBe(false);
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(await portProblem(port)).toBe('taken');
  expect(await acceptsConnections(port)).toBe(true);
});

test('freePort does not return a port that it returned in another process', async () => {
  const script = `
    const { freePort } = await import(process.argv[1]);
    for (let count = 0; count < 500; count += 1) console.log(await freePort());
    ${forever}`;
  const args = ['--input-type=module', '-e', script, import.meta.resolve('../dist/index.js')];
  const child = ChildProgram.start(process.execPath, { args });
  onTestFinished(() => {
    child.kill();
  });
  const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
  await until('it has 500 ports', () => linesOf(child.stdout).length === 500);
  const theirs = new Set(linesOf(child.stdout).map(Number));
  const ours = await Promise.all(Array.from({ length: 500 }, () => freePort()));
  expect(new Set([...theirs, ...ours]).size).toBe(1_000);
});

const forever = 'setInterval(() => undefined, 1_000);';
const ready = 'console.log("ready");';

function start(script: string, options: ChildProgramOptions = {}): ChildProgram {
  const child = ChildProgram.start(process.execPath, { ...options, args: ['-e', script] });
  onTestFinished(() => {
    child.kill();
  });
  return child;
}
