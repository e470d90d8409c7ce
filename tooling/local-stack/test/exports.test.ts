import { expect, test } from 'vitest';
import * as localStack from '../src/index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(localStack).sort()).toEqual(['localWebBuildEnvironment']);
});
