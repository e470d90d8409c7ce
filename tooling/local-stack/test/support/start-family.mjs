// Starts a child that starts one of its own, neither of which ends by itself or on SIGTERM, and
// prints their ids: node start-family.mjs
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { endWithThisProcess } from '../../dist/index.js';

const forever = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
const parentOfOne = `
  const { pid } = require('node:child_process').spawn(
    process.execPath, ['-e', ${JSON.stringify(forever)}], { stdio: 'ignore' });
  console.log(pid);
  ${forever}`;
const child = spawn(process.execPath, ['-e', parentOfOne], {
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
endWithThisProcess(child, { signal: 'KILL', group: true });
createInterface({ input: child.stdout }).once('line', (line) => {
  process.stdout.write(`${JSON.stringify({ child: child.pid, grandchild: Number(line) })}\n`);
});
