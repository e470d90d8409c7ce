import { expect, test } from 'vitest';
import * as localStack from '../src/index.js';

test('the package exports what is listed here, and nothing else', () => {
  expect(Object.keys(localStack).sort()).toEqual(['localWebBuildEnvironment']);
});
