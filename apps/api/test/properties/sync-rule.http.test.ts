import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { describeSyncRule } from '../support/histories/describe-sync-rule.js';
import { HttpDriver, scriptedClerk } from '../support/histories/http-driver.js';
import { histories } from '../support/histories/try-histories.js';
import { World } from '../support/histories/world.js';

let clerk: ClerkStub | undefined;

describeSyncRule('over HTTP', {
  // A fifth of the histories, because each step is a request to another process. Six at a time, so
  // that no request times out with 503, even on a busy machine.
  extent: { count: Math.ceil(histories / 5), sideBySide: 6 },
  restartOnceIn: 400,
  open: async (database) => {
    const fake = (clerk = await ClerkStub.start());
    const env = apiEnvironment({ databaseUrl: database.url, clerk: fake });
    const open = async (): Promise<HttpDriver> =>
      new HttpDriver(await ApiProcess.start(env), fake, database.url);
    return World.on(database, scriptedClerk(fake), open);
  },
  close: async () => clerk?.close(),
});
