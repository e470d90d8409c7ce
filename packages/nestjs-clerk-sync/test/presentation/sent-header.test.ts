import { describe, expect, test } from 'vitest';
import { sentHeader } from '../../src/presentation/sent-header.js';

describe('sentHeader', () => {
  test.each<[string, string[], string[]]>([
    ['nothing in an empty list', [], []],
    ['nothing among other headers', ['Host', 'a', 'X-Authorization', 'b'], []],
    ['a header in any case', ['host', 'a', 'AUTHORIZATION', 'b'], ['b']],
    ['an empty header', ['Authorization', ''], ['']],
    [
      'all values in their order',
      ['authorization', 'a', 'Host', 'b', 'Authorization', 'c'],
      ['a', 'c'],
    ],
    ['nothing in a value equal to the name', ['x', 'authorization', 'y', 'z'], []],
    ['nothing in another header of the same length', ['Accept-Ranges', 'a'], []],
    ['nothing in a name without a value', ['Authorization'], []],
  ])('finds %s', (_what, rawHeaders, values) => {
    expect(sentHeader(rawHeaders, 'authorization')).toEqual(values);
  });
});
