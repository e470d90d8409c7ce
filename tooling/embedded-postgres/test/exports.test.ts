import { expect, test } from 'vitest';
import * as embeddedPostgres from '../src/index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(embeddedPostgres).sort()).toMatchInlineSnapshot(`
    [
      "EmbeddedPostgresError",
      "PostgresPortTakenError",
      "openPool",
      "query",
      "serverAccount",
      "startPostgres",
      "startTemporaryPostgres",
    ]
  `);
});
