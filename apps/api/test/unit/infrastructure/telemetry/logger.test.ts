import { hostname } from 'node:os';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { version } from '../../../../src/core/version.js';
import {
  createLogger,
  infrastructureLog,
} from '../../../../src/infrastructure/telemetry/logger.js';
import { NestLogger } from '../../../../src/infrastructure/telemetry/nest-logger.js';
import { PinoRequestLog } from '../../../../src/infrastructure/telemetry/pino-request-log.js';

let lines: string[];
beforeEach(() => {
  lines = [];
});

const to = {
  write: (line: string): void => {
    lines.push(line);
  },
};
const logger = (level = 'info'): ReturnType<typeof createLogger> => createLogger(level, to);
const entries = (): unknown[] => lines.map((line) => JSON.parse(line) as unknown);

describe('createLogger', () => {
  test('writes one line of JSON per entry with the name of the level and the time', () => {
    logger().info({ requestId: 'r1' }, 'answered');
    expect(entries()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        service: 'populatte-api',
        version,
        host: hostname(),
        pid: process.pid,
        requestId: 'r1',
        msg: 'answered',
      },
    ]);
  });

  test('writes each entry’s own time to the millisecond, even if the clock is set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const log = logger();
    const times = ['00.000Z', '00.000Z', '00.001Z', '01.000Z', '00.001Z'].map(
      (seconds) => `2026-01-02T03:04:${seconds}`,
    );
    for (const time of times) {
      vi.setSystemTime(time);
      log.info('x');
    }
    expect(entries()).toEqual(times.map((time) => expect.objectContaining({ time }) as unknown));
  });

  test('writes nothing below the log level', () => {
    logger('warn').info('x');
    expect(lines).toEqual([]);
  });

  test.each([
    'authorization',
    'cookie',
    'token',
    'secret',
    'password',
    'email',
    'name',
    'imageUrl',
  ])('redacts %s up to three levels deep', (field) => {
    logger().info({ [field]: 'hidden', a: { [field]: 'hidden', b: { [field]: 'hidden' } } }, 'x');
    expect(lines[0]).not.toContain('hidden');
    expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(3);
  });

  test('describes errors without their data', () => {
    const err = Object.assign(new Error('failed'), { email: 'ada@people.example' });
    logger().error({ err }, 'x');
    expect(lines[0]).not.toContain('ada@');
    expect(entries()[0]).toMatchObject({ err: { type: 'Error', message: 'failed' } });
  });
});

describe('infrastructureLog', () => {
  test('logs messages with and without a cause', () => {
    const log = infrastructureLog(logger());
    log.info('up');
    log.warn('slow');
    log.warn('broken', new Error('why'));
    log.error('wrong', new Error('why'));
    expect(entries()).toMatchObject([
      { level: 'info', msg: 'up' },
      { level: 'warn', msg: 'slow' },
      { level: 'warn', msg: 'broken', err: { message: 'why' } },
      { level: 'error', msg: 'wrong', err: { message: 'why' } },
    ]);
    expect(entries()[1]).not.toHaveProperty('err');
  });
});

describe('PinoRequestLog', () => {
  const answered = {
    requestId: 'r1',
    method: 'GET',
    route: '/users/me',
    status: 200,
    outcome: 'created',
    durationMs: 1.5,
    refusal: null,
  };
  const { refusal: _none, ...line } = answered;

  const requestLog = (level?: string): PinoRequestLog => new PinoRequestLog(logger(level), to);

  test('writes one line per answer', () => {
    requestLog().answered(answered);
    expect(entries()).toMatchObject([{ ...line, level: 'info', msg: 'answered' }]);
    expect(lines[0]).not.toContain('refusal');
  });

  test('writes the reason of a refusal and marks unverified claims', () => {
    const seen = { iss: 'https://other.example', azp: '', verified: false };
    const log = requestLog();
    log.answered({ ...answered, refusal: { reason: 'kid', seen } });
    log.answered({
      ...answered,
      refusal: { reason: 'claims', seen: { claim: 'sid', verified: true } },
    });
    log.answered({ ...answered, refusal: { reason: 'missing', seen: undefined } });
    expect(entries()).toMatchObject([
      { ...line, reason: 'kid', iss: 'https://other.example', azp: '', unverified: true },
      { ...line, reason: 'claims', claim: 'sid' },
      { ...line, reason: 'missing' },
    ]);
    expect(lines[1]).not.toContain('unverified');
  });

  test.each([
    line,
    { ...line, method: null, durationMs: null },
    { ...line, route: null, outcome: null, durationMs: 0.1 + 0.2 },
    { ...line, route: '/"\\\n\u0000\u2028\ud800/é', durationMs: Number.NaN },
  ])('writes exactly what pino would: %j', (request) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    requestLog().answered({ ...request, refusal: null });
    logger().info(request, 'answered');
    expect(lines[0]).toBe(lines[1]);
  });

  test('writes only the members of the type', () => {
    requestLog().answered(Object.assign({ email: 'ada@people.example' }, answered));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('ada@');
  });

  test('writes nothing below the log level', () => {
    requestLog('warn').answered(answered);
    expect(lines).toEqual([]);
  });

  test.each(['/health/live', '/health/ready', '/metrics', '/users/me', null])(
    'logs every answer at info: its request id must lead to a line (%s)',
    (route) => {
      requestLog().answered({ ...answered, route });
      expect(entries()).toMatchObject([{ level: 'info', route }]);
    },
  );

  test('logs the failure of a dependency as a warning and an unexpected error as an error', () => {
    const log = requestLog();
    const failure = { requestId: 'r1', code: 'x', cause: new Error('why') };
    log.failed({ ...failure, unavailable: true });
    log.failed({ ...failure, unavailable: false });
    expect(entries()).toMatchObject([
      { level: 'warn', err: { message: 'why' } },
      { level: 'error', err: { message: 'why' } },
    ]);
  });
});

describe('NestLogger', () => {
  test('passes on only warnings and errors of Nest', () => {
    const nest = new NestLogger(logger());
    nest.log('Mapped {/users/me, GET} route', 'RouterExplorer');
    nest.debug('x');
    nest.verbose('x');
    nest.warn('careful', 'Nest');
    nest.error(new TypeError('boom'), 'Nest');
    nest.fatal('over');
    expect(entries()).toMatchObject([
      { level: 'warn', msg: 'careful', context: 'Nest' },
      { level: 'error', err: { type: 'TypeError', message: 'boom' }, context: 'Nest' },
      { level: 'fatal', msg: 'over' },
    ]);
  });
});
