// Starts a server in a separate process, from the built package, and prints its address: node
// start-postgres.mjs <data folder> [<package folder> [outlives]]
import process from 'node:process';
import { startPostgres } from '../../dist/index.js';

const [dataDir, packageFolder, outlives] = process.argv.slice(2);
const endWithParent = outlives === undefined;
const server = await startPostgres({
  dataDir,
  packageFolder: packageFolder || undefined,
  endWithParent,
  settings: { fsync: 'off' },
});
process.stdout.write(
  `${JSON.stringify({ pid: server.pid, url: server.url, dataDir: server.dataDir })}\n`,
);
process.once('SIGTERM', () => {
  void server.stop().then(() => process.exit(0));
});
// The pipe closes when the parent dies.
process.stdin.resume();
