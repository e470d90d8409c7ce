// Runs the built start command for another root: node start-in.mjs <root> [--watch]
import process from 'node:process';
import { startCommand } from '../../dist/cli/start.js';

const parentPid = process.ppid;
const [root, flag] = process.argv.slice(2);
process.exit(await startCommand({ root, watch: flag === '--watch', parentPid }));
