import { expect, test } from 'vitest';
import { freezeDeeply } from '../../../src/infrastructure/postgres/freeze-deeply.js';

test('no request can change a nested object or list of the user that others get', () => {
  const user = freezeDeeply({ settings: { theme: 'dark', tags: ['a'] }, lists: [[1]] });
  expect(() => (user.settings.theme = 'light')).toThrow(TypeError);
  expect(() => user.settings.tags.push('b')).toThrow(TypeError);
  expect(() => user.lists[0]?.push(2)).toThrow(TypeError);
});

test('freezes the members of an object that is already frozen', () => {
  const user = freezeDeeply(Object.freeze({ settings: { theme: 'dark' } }));
  expect(() => (user.settings.theme = 'light')).toThrow(TypeError);
});

test('leaves a frozen object inside of it as it is', () => {
  const shared = Object.freeze({ flags: ['a'] });
  expect(freezeDeeply({ shared }).shared.flags.push('b')).toBe(2);
});

test('leaves a date with behaviour of its own as it is', () => {
  class ZonedDate extends Date {
    override getHours(): number {
      return 99;
    }
  }
  const date = new ZonedDate(0);
  expect(freezeDeeply({ date }).date).toBe(date);
  expect(date.getHours()).toBe(99);
});

test('a date cannot be changed, but copied', () => {
  const createdAt = new Date('2026-01-15T12:00:00Z');
  const user = freezeDeeply({ createdAt, logins: [createdAt] });
  expect(() => user.createdAt.setDate(1)).toThrow('Copy it first: new Date(date).');
  expect(() => user.logins[0]?.setUTCHours(1)).toThrow(TypeError);
  expect(user.createdAt).toStrictEqual(createdAt);
  expect(user.createdAt).toBeInstanceOf(Date);
  expect(JSON.stringify(user)).toBe(JSON.stringify({ createdAt, logins: [createdAt] }));
  for (const copy of [
    new Date(user.createdAt),
    structuredClone(user.createdAt),
    // As date-fns copies one.
    Reflect.construct(user.createdAt.constructor, [+user.createdAt]) as Date,
  ]) {
    copy.setUTCDate(16);
    expect(copy.toISOString()).toBe('2026-01-16T12:00:00.000Z');
  }
});

test('leaves instances of classes inside of it as they are, and runs no getter', () => {
  class Plan {
    name = 'free';
  }
  const user = freezeDeeply({
    plan: new Plan(),
    seen: new Set([1]),
    picture: Buffer.from('a'),
    get team(): never {
      throw new Error('The getter ran.');
    },
  });
  user.plan.name = 'pro';
  user.seen.add(2);
  user.picture[0] = 98;
  expect(user.plan.name).toBe('pro');
  expect(Object.isFrozen(user)).toBe(true);
});

test('freezes an instance of a class that is the user, and objects that contain themselves', () => {
  class AppUser {
    settings: { theme: string; owner?: AppUser } = { theme: 'dark' };
  }
  const user = new AppUser();
  user.settings.owner = user;
  expect(freezeDeeply(user)).toBe(user);
  expect(() => (user.settings.theme = 'light')).toThrow(TypeError);
  expect(Object.isFrozen(user)).toBe(true);
});

test.each([null, undefined, 'text', 5])('returns %j', (value) => {
  expect(freezeDeeply(value)).toBe(value);
});
