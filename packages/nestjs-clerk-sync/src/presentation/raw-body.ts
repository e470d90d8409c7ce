import type { HttpAdapterHost } from '@nestjs/core';

/** Nest's parser of bodies, as both platforms have it. */
interface ParsingAdapter {
  registerParserMiddleware?: (prefix?: string, rawBody?: boolean) => unknown;
}

/**
 * Finds out whether the application keeps the bytes of bodies, which a webhook's signature covers. Nest
 * does not tell, so this listens to the call that registers its parser.
 */
export class RawBodyCheck {
  private rawBody: boolean | undefined;

  constructor(host: HttpAdapterHost) {
    // A testing module gets its adapter only after its providers.
    host.init$.subscribe(() => {
      this.watch(host.httpAdapter);
    });
  }

  /**
   * @throws Error when the application was created without `{ rawBody: true }`; an application with
   *   parsers of its own is taken to keep bodies as bytes
   */
  assertKept(): void {
    if (this.rawBody !== false) return;
    throw new Error(
      'Cannot start ClerkSyncModule: webhook signatures cover the raw bytes of a body, which this application does not keep. Create it with NestFactory.create(AppModule, { rawBody: true }), or set webhookPath: false.',
    );
  }

  /** @param adapter null in an application without HTTP, such as a worker */
  private watch(adapter: ParsingAdapter | null): void {
    if (adapter?.registerParserMiddleware === undefined) return;
    const register = adapter.registerParserMiddleware;
    adapter.registerParserMiddleware = (prefix, rawBody) => {
      this.rawBody = rawBody === true;
      return register.call(adapter, prefix, rawBody);
    };
  }
}
