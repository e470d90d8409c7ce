import { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, test } from 'vitest';
import { RawBodyCheck } from '../../src/presentation/raw-body.js';

/** The part of Nest's platform adapter that the check uses. */
class Adapter {
  registered: unknown[] = [];

  registerParserMiddleware(prefix?: string, rawBody?: boolean): string {
    this.registered = [prefix, rawBody];
    return 'registered';
  }
}

type AnyAdapter = Adapter | object | null;

/** A check in an application that gets its adapter after its providers, as Nest's testing module does. */
function checkWith(adapter: AnyAdapter): RawBodyCheck {
  const host = new HttpAdapterHost();
  const check = new RawBodyCheck(host);
  give(host, adapter);
  return check;
}

function give(host: HttpAdapterHost, adapter: AnyAdapter): void {
  (host as { httpAdapter: unknown }).httpAdapter = adapter;
}

const assertion = (check: RawBodyCheck) => (): void => {
  check.assertKept();
};

describe('RawBodyCheck', () => {
  test('accepts an application that keeps the bytes of bodies', () => {
    const adapter = new Adapter();
    const check = checkWith(adapter);
    adapter.registerParserMiddleware('', true);
    expect(assertion(check)).not.toThrow();
  });

  test.each([[false], [undefined]])(
    'refuses an application with { rawBody: %s } and says how to create it',
    (rawBody) => {
      const adapter = new Adapter();
      const check = checkWith(adapter);
      adapter.registerParserMiddleware('', rawBody);
      expect(assertion(check)).toThrow(
        /^Cannot start ClerkSyncModule: .*\{ rawBody: true \}.*webhookPath: false/,
      );
    },
  );

  test('finds the adapter if the application has it before its providers', () => {
    const host = new HttpAdapterHost();
    const adapter = new Adapter();
    give(host, adapter);
    const check = new RawBodyCheck(host);
    adapter.registerParserMiddleware('', false);
    expect(assertion(check)).toThrow('rawBody');
  });

  test('registers the parser with the application’s options', () => {
    const adapter = new Adapter();
    checkWith(adapter);
    expect(adapter.registerParserMiddleware('/api', true)).toBe('registered');
    expect(adapter.registered).toEqual(['/api', true]);
  });

  test('finds the adapter in the first releases of Nest 11, whose host has no event', () => {
    const adapter = new Adapter();
    const check = new RawBodyCheck({ httpAdapter: adapter } as unknown as HttpAdapterHost);
    adapter.registerParserMiddleware('', false);
    expect(assertion(check)).toThrow('rawBody');
    expect(assertion(new RawBodyCheck({} as HttpAdapterHost))).not.toThrow();
  });

  test('accepts an application with parsers of its own', () => {
    expect(assertion(checkWith(new Adapter()))).not.toThrow();
  });

  test.each([
    ['a worker, which has no HTTP', null],
    ['a platform without parsers', {}],
  ])('accepts %s', (_what, adapter) => {
    expect(assertion(checkWith(adapter))).not.toThrow();
  });
});
