import { expect, it } from 'vitest';
import { defaultRetryDelaysMs } from '../../src/index.js';

it('the schedule is svix’s eight attempts over 27 h 35 min and 5 s, a thousand times faster', () => {
  expect(defaultRetryDelaysMs).toHaveLength(8);
  const seconds = defaultRetryDelaysMs.reduce((sum, delay) => sum + delay, 0);
  expect(seconds).toBe(27 * 3600 + 35 * 60 + 5);
});
