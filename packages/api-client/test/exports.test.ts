import { endpoints } from '@populatte/contracts';
import { expect, test } from 'vitest';
import * as index from '../src/index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(index).sort()).toMatchInlineSnapshot(`
    [
      "ApiClientError",
      "ApiError",
      "ContractError",
      "NetworkError",
      "NotSignedInError",
      "TimeoutError",
      "UnauthenticatedError",
      "createApiClient",
    ]
  `);
});

test('a client has a method for each endpoint of the contract, and call', () => {
  const getToken = (): Promise<null> => Promise.resolve(null);
  const api = index.createApiClient({ baseUrl: 'http://api.test', getToken });
  expect(Object.keys(api).sort()).toEqual([...Object.keys(endpoints), 'call'].sort());
  expect(Object.keys(api.users)).toEqual(Object.keys(endpoints.users));
});
