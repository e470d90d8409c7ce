import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parsePublicEnv } from '../../lib/env/public-env';
import { parseServerEnv } from '../../lib/env/server-env';

const path = fileURLToPath(new URL('../../../../.env.example', import.meta.url));
const listed: Record<string, string> = Object.fromEntries(
  [...readFileSync(path, 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);

test('.env.example lists the defaults of the web app', () => {
  const required = {
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_test_YQ==',
    CLERK_SECRET_KEY: 'sk_test_a',
  };
  expect(parsePublicEnv({ ...listed, ...required })).toEqual(parsePublicEnv(required));
  expect(parseServerEnv({ ...listed, ...required })).toEqual(parseServerEnv(required));
  expect(listed['WEB_DIST_DIR']).toBe('.next');
  expect(listed['WEB_SOURCE_MAPS']).toBe('false');
  expect(listed['WEB_STANDALONE']).toBe('false');
});
