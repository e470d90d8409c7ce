// Starts a child and a grandchild, neither of which exits on its own or on SIGTERM, and prints their
// ids: node start-family.mjs
import process from 'node:process';
import { ChildProgram } from '../../dist/index.js';

const forever = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
const parentOfOne = `
  const { pid } = require('node:child_process').spawn(
    process.execPath, ['-e', ${JSON.stringify(forever)}], { stdio: 'ignore' });
  console.log(pid);
  ${forever}`;
const child = ChildProgram.start(process.execPath, {
  args: ['-e', parentOfOne],
  lastSignal: { signal: 'TERM', killAfterSeconds: 1 },
  onLine: (line) => {
    process.stdout.write(`${JSON.stringify({ child: child.pid, grandchild: Number(line) })}\n`);
  },
});
