import { describe, expect, test } from 'vitest';
import { problemDetails, userResponse } from '../src/index.js';

const user = {
  id: '0190a5a4-7c3b-7d2e-9f10-3c5a6b7d8e9f',
  clerkId: 'user_1',
  email: null,
  name: null,
  imageUrl: null,
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
};

describe('a user in a response', () => {
  test('may have no email, name or picture', () => {
    expect(userResponse.parse(user)).toEqual(user);
  });

  test('must have all fields with their types', () => {
    expect(userResponse.safeParse({ ...user, email: undefined }).success).toBe(false);
    expect(userResponse.safeParse({ ...user, id: '1' }).success).toBe(false);
    expect(userResponse.safeParse({ ...user, createdAt: 'yesterday' }).success).toBe(false);
  });

  test('may have unknown fields, which are dropped', () => {
    expect(userResponse.parse({ ...user, nickname: 'ada' })).toEqual(user);
  });
});

describe('a problem in a response', () => {
  const problem = {
    type: 'urn:populatte:problem:x',
    title: 'X',
    status: 400,
    detail: 'Y',
    code: 'a_code_of_the_future',
    requestId: 'r',
  };

  test('may have an unknown code', () => {
    expect(problemDetails.parse(problem).code).toBe('a_code_of_the_future');
  });

  test('must have an error status', () => {
    expect(problemDetails.safeParse({ ...problem, status: 200 }).success).toBe(false);
  });
});
