import { expect, test } from 'vitest';
import * as embeddedPostgres from '../src/index.js';

test('the package exports what is listed here, and nothing else', () => {
  expect(Object.keys(embeddedPostgres).sort()).toMatchInlineSnapshot(`
    [
      "EmbeddedPostgresError",
      "PostgresPortTakenError",
      "openPool",
      "serverAccount",
      "startPostgres",
      "startTemporaryPostgres",
    ]
  `);
});
