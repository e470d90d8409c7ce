import { expect, test } from 'vitest';
import { checkNode } from '../../../src/cli/doctor/node-check.js';

const now = Date.UTC(2026, 10, 28);

test.each([
  ['v18.20.0', 'problem'],
  ['v20.18.3', 'problem'],
  ['v20.19.0', 'warning'],
  ['v23.1.0', 'warning'],
  ['v22.12.0', 'ok'],
  ['v24.1.0', 'ok'],
  ['v30.0.0', 'ok'],
])('Node %s is a %s', (version, level) => {
  expect(checkNode(version, now).level).toBe(level);
});
