import type { Logger } from 'pino';

/** Milliseconds after which a shutdown is forced, so that the process is gone within 10 s. */
const patience = 9_000;

/**
 * Ends the process in good order on SIGTERM and SIGINT; a second signal ends it at once.
 *
 * @param close stops accepting, finishes what is in flight and gives back what is held
 */
export function onShutdown(logger: Logger, close: () => Promise<void>): void {
  let closing = false;
  const shutdown = (signal: NodeJS.Signals): void => {
    if (closing) endProcess(1);
    closing = true;
    logger.info({ signal }, 'Shutting down.');
    setTimeout(() => {
      logger.warn('Requests were still in flight when the time was over.');
      endProcess(0);
    }, patience).unref();
    close().then(
      () => {
        logger.info('Shut down.');
        endProcess(0);
      },
      (cause: unknown) => {
        logger.error({ err: cause }, 'The shutdown failed.');
        endProcess(1);
      },
    );
  };
  process.on('SIGTERM', shutdown);
  process.on('SIGINT', shutdown);
}

/** Ends the process once what was logged is written. */
export function endProcess(code: number): never {
  process.exit(code);
}
