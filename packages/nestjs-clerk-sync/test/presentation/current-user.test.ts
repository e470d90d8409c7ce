import { describe, expect, test } from 'vitest';
import { currentUser } from '../../src/presentation/decorators.js';
import { aLocalUser } from '../support/a-local-user.js';

const routeOptions = { url: '/things' };

describe('currentUser', () => {
  test('returns the user that the guard attached', () => {
    const user = aLocalUser();
    expect(currentUser({ user, routeOptions })).toBe(user);
  });

  test('throws on a public route and names the route and both decorators', () => {
    const use = (): unknown => currentUser({ user: null, routeOptions });
    expect(use).toThrow('/things');
    expect(use).toThrow('@CurrentUser()');
    expect(use).toThrow('@Public()');
  });

  test('throws on a route without the guard, whose requests have no user', () => {
    expect(() => currentUser({ routeOptions })).toThrow('lacks the guard');
  });

  test('throws without a route too', () => {
    const use = (): unknown => currentUser({ user: null, routeOptions: {} });
    expect(use).toThrow('used on a route, which');
  });
});
