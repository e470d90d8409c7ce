import { describe, expect, test } from 'vitest';
import { sentHeader } from '../../../../src/presentation/http/request-headers.js';

describe('sentHeader', () => {
  test.each<[string, string[], string[]]>([
    ['nothing', [], []],
    ['other headers', ['Host', 'a', 'X-Authorization', 'b'], []],
    ['one, in any case', ['host', 'a', 'AUTHORIZATION', 'b'], ['b']],
    ['an empty one', ['Authorization', ''], ['']],
    ['all, in their order', ['authorization', 'a', 'Host', 'b', 'Authorization', 'c'], ['a', 'c']],
    ['no value that reads like the name', ['x', 'authorization', 'y', 'z'], []],
  ])('finds %s', (_what, rawHeaders, values) => {
    expect(sentHeader(rawHeaders, 'authorization')).toEqual(values);
  });
});
