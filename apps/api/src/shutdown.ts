import type { Logger } from 'pino';

/** Milliseconds after the drain when the exit is forced; the contract allows 8 s. */
const exitLimit = 7_500;

const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Ends the process at once on SIGTERM and SIGINT, until `onShutdown` takes over. Process 1 of a
 * container ignores a signal that it has no handler for.
 */
export function exitOnSignals(): void {
  for (const signal of signals) process.on(signal, exitAtOnce);
}

function exitAtOnce(): never {
  endProcess(0);
}

/** The steps of a shutdown, in order. */
export interface ShutdownSteps {
  /** @returns how long connections are still accepted, in milliseconds; 0 if none are yet */
  drainMs(): number;
  /** Runs at once: readiness is 503 and answers close their connections. */
  drain(): void;
  /** Runs after the drain: stops listening, finishes requests in flight and closes connections. */
  close(): Promise<void>;
  /** Runs last: writes the rest of the log. */
  flush(): Promise<void>;
}

/**
 * Ends the process in order on SIGTERM and SIGINT, within the drain + 8 s; a second signal ends it at
 * once. Connections are accepted during the drain because a load balancer needs some seconds to
 * see that the instance is not ready.
 */
export function onShutdown(logger: Logger, steps: ShutdownSteps): void {
  let draining = false;
  const shutdown = (signal: NodeJS.Signals): void => {
    if (draining) {
      logger.warn({ signal }, 'Second signal: exiting now; requests in flight are aborted.');
      endProcess(1);
    }
    draining = true;
    const drainMs = steps.drainMs();
    const drain =
      drainMs > 0 ? `: not ready, accepting connections for another ${drainMs} ms.` : '.';
    logger.info({ signal }, `Shutting down${drain}`);
    setTimeout(() => {
      logger.warn('The shutdown took too long: exiting now; requests in flight are aborted.');
      endProcess(0);
    }, drainMs + exitLimit).unref();
    steps.drain();
    setTimeout(() => {
      void end(logger, steps);
    }, drainMs);
  };
  for (const signal of signals) process.off(signal, exitAtOnce).on(signal, shutdown);
}

async function end(logger: Logger, steps: ShutdownSteps): Promise<never> {
  let code = 0;
  try {
    await steps.close();
    logger.info('Shut down.');
  } catch (cause) {
    logger.error({ err: cause }, 'The shutdown failed.');
    code = 1;
  }
  await steps.flush();
  endProcess(code);
}

/** Ends the process; buffered log lines are written on `exit`. */
export function endProcess(code: number): never {
  process.exit(code);
}
