import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ContractError,
  NetworkError,
  NotSignedInError,
  TimeoutError,
  UnauthenticatedError,
} from '@populatte/api-client';
import { describeFailure } from '@/features/account/describe-failure';

describe('describeFailure', () => {
  it.each([
    new NetworkError('no answer'),
    new TimeoutError('too late'),
    new ApiError('down', 'sync_unavailable', 503, 'r1', []),
  ])('says of an outage (%s) that one is still signed in, and offers a retry', (error) => {
    const { detail, canRetry } = describeFailure(error);
    expect(detail).toContain('still signed in');
    expect(canRetry).toBe(true);
  });

  it.each([
    new UnauthenticatedError('gone', 'user_deleted', 401, 'r1', []),
    new NotSignedInError('nobody'),
  ])('offers no retry where the session has ended (%s)', (error) => {
    expect(describeFailure(error)).toMatchObject({ title: 'You are signed out', canRetry: false });
  });

  it('passes on the request’s id, and no message that was made for developers', () => {
    const description = describeFailure(
      new ApiError('SELECT failed', 'internal_error', 500, 'r1', []),
    );
    expect(description.requestId).toBe('r1');
    expect(JSON.stringify(description)).not.toContain('SELECT');
  });

  it('asks for a reload when the answer is not understood', () => {
    expect(describeFailure(new ContractError('id is missing')).detail).toContain('Reload');
  });
});
