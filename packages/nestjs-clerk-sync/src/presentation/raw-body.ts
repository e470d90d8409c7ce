import type { HttpAdapterHost } from '@nestjs/core';
import { onHttpAdapter } from './http-adapter.js';

/** Nest's body parser, on both platforms. */
interface ParsingAdapter {
  registerParserMiddleware?: (prefix?: string, rawBody?: boolean) => unknown;
}

/**
 * Detects whether the application keeps raw bodies, which a webhook's signature covers. Nest does
 * not expose this, so it intercepts the call that registers the parser.
 */
export class RawBodyCheck {
  private rawBody: boolean | undefined;

  constructor(host: HttpAdapterHost) {
    onHttpAdapter(host, (adapter) => {
      this.watch(adapter);
    });
  }

  /**
   * @throws Error when the application was created without `{ rawBody: true }`; an application with
   *   custom parsers is assumed to keep raw bytes
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
