import { afterEach, expect } from 'vitest';
import type { ClerkStub } from '@populatte/clerk-stub';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { type ApiFixture, withApi } from './api-fixture.js';
import { Canaries } from './canaries.js';
import type { Answer, Outgoing } from './send.js';
import { aDelivery, type WebhookOptions } from './webhook.js';

/** An API, and requests with marked values that must not leak. */
export interface CanaryApi {
  readonly fixture: () => ApiFixture;
  readonly canaries: Canaries;
  /** A user whose values are all marked, so that any leak of them is found. */
  readonly aMarkedUser: (place: string) => ClerkUser;
  readonly send: (path: string, outgoing?: Outgoing) => Promise<Answer>;
  /** `GET /users/me` with this token, which is marked as well. */
  readonly me: (place: string, token: string) => Promise<Answer>;
  readonly webhook: (body: string | Buffer, options?: WebhookOptions) => Promise<Answer>;
}

/**
 * Starts an API that logs as much as possible, and searches its output, its metrics and its error
 * responses for marked values after each test.
 *
 * @param prepare changes Clerk before the API starts
 */
export function withCanaries(prepare?: (clerk: ClerkStub) => void): CanaryApi {
  const fixture = withApi(
    { LOG_LEVEL: 'trace', NODE_ENV: 'production', METRICS_ENABLED: 'true' },
    prepare,
  );
  const canaries = new Canaries();
  /** Error responses, which must not contain input either. */
  const problems: Answer[] = [];
  const send = async (path: string, outgoing: Outgoing = {}): Promise<Answer> => {
    const answer = await fixture().api.send(path, outgoing);
    if (answer.status >= 400) problems.push(answer);
    return answer;
  };

  let probes = 0;
  // After each test, so that a leak is reported with the test that caused it.
  afterEach(async () => {
    const { api } = fixture();
    // The log is written in order: once this request is logged, so are all earlier ones.
    probes += 1;
    const id = `probe.${probes}`;
    await api.send('/nothing/here', { headers: { 'x-request-id': id } });
    await api.requestLog(id);
    expect(canaries.foundIn(api.written)).toEqual([]);
    const { status, text: metrics } = await api.send('/metrics');
    expect(status).toBe(200);
    expect(canaries.foundIn(metrics)).toEqual([]);
    const seen = problems.map(({ headers, text }) => JSON.stringify(headers) + text).join('\n');
    expect(canaries.foundIn(seen)).toEqual([]);
  });

  return {
    fixture,
    canaries,
    send,
    aMarkedUser: (place) => {
      const mark = (field: string): string => canaries.plant(`${place}: ${field}`);
      return aClerkUser({
        clerkId: `user_${mark('id')}`,
        email: `${mark('email')}@people.example`,
        name: `${mark('name')} Testperson`,
        imageUrl: `https://img.people.example/${mark('image URL')}.png`,
      });
    },
    me: (place, token) => {
      const marked = canaries.plantToken(`${place}: the token`, token);
      return send('/users/me', { headers: { authorization: `Bearer ${marked}` } });
    },
    webhook: (body, options = {}) => send('/webhooks/clerk', aDelivery(body, options)),
  };
}
