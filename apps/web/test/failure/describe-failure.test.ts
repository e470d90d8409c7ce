import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ContractError,
  NetworkError,
  NotSignedInError,
  TimeoutError,
  UnauthenticatedError,
} from '@populatte/api-client';
import { describeFailure } from '@/features/failure/describe-failure';

describe('describeFailure', () => {
  it.each([
    new NetworkError('no answer'),
    new TimeoutError('too late'),
    new ApiError('down', 'sync_unavailable', 503, 'r1', []),
  ])('says during an outage (%s) that the user is still signed in, and offers a retry', (error) => {
    const { detail, canRetry } = describeFailure(error);
    expect(detail).toContain('still signed in');
    expect(canRetry).toBe(true);
  });

  it.each([
    new UnauthenticatedError('gone', 'user_deleted', 401, 'r1', []),
    new NotSignedInError('nobody'),
  ])('offers no retry if the session has ended (%s)', (error) => {
    expect(describeFailure(error)).toMatchObject({ title: 'You are signed out', canRetry: false });
  });

  it('asks a user with a pending session to finish signing in, and does not say signed out', () => {
    const error = new ApiError('pending', 'session_pending', 401, 'r1', []);
    expect(describeFailure(error)).toEqual({
      title: 'One more step to sign in',
      detail: 'Your account needs one more step. Sign in again to complete it.',
      requestId: 'r1',
      canRetry: true,
    });
  });

  it.each([
    [30_000, 'in a moment'],
    [300_000, 'in about 5 minutes'],
    [3_600_000, 'in about 1 hour'],
    [9_000_000, 'in about 3 hours'],
  ])('says when maintenance is over (%i ms)', (wait, words) => {
    // A gateway responds instead of the API: without an API error code, but with a time to wait.
    const page = new ApiError('down', 'unknown_error', 503, undefined, [], wait);
    expect(describeFailure(page)).toMatchObject({ title: 'Down for maintenance', canRetry: true });
    expect(describeFailure(page).detail).toContain(`back ${words}. You are still signed in`);
  });

  it('does not call the API’s own outage maintenance', () => {
    const outage = new ApiError('down', 'sync_unavailable', 503, 'r1', [], 5_000);
    expect(describeFailure(outage).title).toBe('Your account cannot be loaded right now');
  });

  it('shows the request id, but no message for developers', () => {
    const description = describeFailure(
      new ApiError('SELECT failed', 'internal_error', 500, 'r1', []),
    );
    expect(description.requestId).toBe('r1');
    expect(JSON.stringify(description)).not.toContain('SELECT');
  });

  it('asks for a reload if the response is not understood', () => {
    expect(describeFailure(new ContractError('id is missing')).detail).toContain('Reload');
  });

  it('lists the API’s validation issues instead of reporting a server error', () => {
    const issues = [
      { path: ['hours', 0, 'timeZone'], message: 'Unknown time zone' },
      { path: [], message: 'Unrecognized key' },
    ];
    const error = new ApiError('bad', 'validation_failed', 400, 'r1', issues);
    const failure = describeFailure(error);
    expect(failure.issues).toEqual(['hours.0.timeZone: Unknown time zone', 'Unrecognized key']);
    expect(failure.title).not.toContain('our side');
    expect(failure.requestId).toBe('r1');
  });

  it('shows a bounded number of issues', () => {
    const issues = Array.from({ length: 500 }, () => ({ path: ['a'], message: 'b' }));
    const error = new ApiError('bad', 'validation_failed', 422, 'r1', issues);
    expect(describeFailure(error).issues).toHaveLength(10);
  });

  it.each([
    [400, 'unknown_error'],
    [404, 'not_found'],
    [413, 'payload_too_large'],
    [429, 'unknown_error'],
    [502, 'unknown_error'],
    [504, 'unknown_error'],
  ])('does not report a %i as a server error', (status, code) => {
    const { title, canRetry } = describeFailure(new ApiError('no', code, status, 'r1', []));
    expect(title).not.toContain('our side');
    expect(canRetry).toBe(true);
  });
});
