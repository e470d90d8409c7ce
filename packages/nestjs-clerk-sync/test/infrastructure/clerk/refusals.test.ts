import { describe, expect, test } from 'vitest';
import { optionNames } from '../../../src/core/setting-names.js';
import { RefusalWarnings, seenClaims } from '../../../src/infrastructure/clerk/refusals.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

/** Warnings of a process that has run for a while. */
function warnings(): { log: RecordedLog; clock: StoppedClock; warn: RefusalWarnings } {
  const log = new RecordedLog();
  const clock = new StoppedClock();
  clock.advance(5_000);
  return { log, clock, warn: new RefusalWarnings(log, clock, optionNames) };
}

describe('RefusalWarnings', () => {
  test.each([
    ['kid', 'CLERK_SECRET_KEY'],
    ['signature', 'CLERK_JWT_KEY'],
    ['issuer', optionNames.issuer],
    ['azp_foreign', optionNames.authorizedParties],
    ['azp_missing', optionNames.acceptTokensWithoutAzp],
    ['not_active', 'Check this machine’s clock'],
  ] as const)('says what to check after a refusal for %s: %s', (reason, hint) => {
    const { log, warn } = warnings();
    warn.refused(reason, ' Accepted: x.');
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0]).toMatchObject({ level: 'warn' });
    expect(log.entries[0]?.message).toContain(`(reason: ${reason}); their requests get 401.`);
    expect(log.entries[0]?.message).toContain(hint);
    expect(log.entries[0]?.message).toMatch(/ Accepted: x\.$/);
  });

  test('warns about a reason once a minute', () => {
    const { log, clock, warn } = warnings();
    warn.refused('kid', '');
    clock.advance(59_999);
    warn.refused('kid', '');
    expect(log.entries).toHaveLength(1);
    clock.advance(1);
    warn.refused('kid', '');
    expect(log.entries).toHaveLength(2);
  });

  test('warns about each reason separately', () => {
    const { log, warn } = warnings();
    warn.refused('kid', '');
    warn.refused('issuer', '');
    expect(log.entries).toHaveLength(2);
  });

  test('does not warn about a refusal that no setting can cause', () => {
    const { log, warn } = warnings();
    warn.refused('expired', '');
    expect(log.entries).toEqual([]);
  });
});

describe('seenClaims', () => {
  test('has the claims that a token has', () => {
    const payload = { iss: 'https://clerk.example.com', azp: 'http://localhost:3000' };
    expect(seenClaims(payload, true, 'sid')).toStrictEqual({
      ...payload,
      claim: 'sid',
      verified: true,
    });
  });

  test('omits claims that a token lacks', () => {
    expect(seenClaims({}, false)).toStrictEqual({ verified: false });
  });

  test.each<[unknown, string]>([
    ['', ''],
    ['null', 'null'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['https://example.com/path', 'https://example.com/path'],
    [null, '(object)'],
    [7, '(number)'],
    [['https://example.com'], '(array)'],
    ['ada@example.com', '(not a URL, 15 characters)'],
    ['https://ada@example.com', '(not a URL, 23 characters)'],
    ['https://example.com?ada', '(not a URL, 23 characters)'],
    ['https://example.com/#ada', '(not a URL, 24 characters)'],
    ['see https://example.com', '(not a URL, 23 characters)'],
    [`https://${'a'.repeat(192)}`, `https://${'a'.repeat(192)}`],
    [`https://${'a'.repeat(193)}`, `https://${'a'.repeat(192)}…`],
  ])('describes %j as %j, without personal data', (azp, described) => {
    expect(seenClaims({ azp }, true)).toStrictEqual({ azp: described, verified: true });
  });
});
