import {
  problemDetails,
  userResponse,
  type ErrorCode,
  type ProblemDetails,
  type UserResponse,
} from '@populatte/contracts';
import { expect } from 'vitest';
import { assertNothingLeaked } from './leaks.js';
import type { Answer } from './send.js';

/** Headers that clients must not see. */
const internals = /\n\s+at |node_modules|\bselect\b|\binsert\b|\bECONN|postgres/i;

/** Asserts that a response is a well-formed error, header by header; returns its body. */
export function expectProblem(answer: Answer, status: number, code: ErrorCode): ProblemDetails {
  expect({ status: answer.status, text: answer.text }).toEqual({
    status,
    text: expect.stringContaining(`"code":"${code}"`) as string,
  });
  const body = problemDetails.strict().parse(answer.json());
  expect(body).toMatchObject({ status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-request-id']).toBe(body.requestId);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  else expect(answer.headers['retry-after']).toBeUndefined();
  expect('issues' in body).toBe(code === 'validation_failed' && body.issues !== undefined);
  expect(answer.text).not.toMatch(internals);
  assertNothingLeaked(answer.text);
  return body;
}

/** Asserts that a response contains exactly the user's fields; returns the user. */
export function expectUser(answer: Answer): UserResponse {
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
  expect(answer.headers['cache-control']).toBe('no-store');
  return userResponse.strict().parse(answer.json());
}

/** Asserts that a webhook was acknowledged with this outcome. */
export function expectOutcome(answer: Answer, outcome: string): void {
  expect({ status: answer.status, body: answer.text }).toEqual({
    status: 200,
    body: JSON.stringify({ success: true, outcome }),
  });
}
