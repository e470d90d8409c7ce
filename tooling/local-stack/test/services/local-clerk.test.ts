import { expect, test } from 'vitest';
import { localWebBuildEnvironment } from '../../src/index.js';

test('a build for the local Clerk contains its address and no secret', () => {
  const environment = localWebBuildEnvironment();
  expect(environment).toMatchObject({
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: expect.stringMatching(/^pk_test_/) as string,
    NEXT_PUBLIC_CLERK_PROXY_URL: 'http://127.0.0.1:4010',
  });
  expect(Object.keys(environment).filter((name) => name.includes('SECRET'))).toEqual([]);
});
