import { poll } from '../process/deadline.js';
import { StackError } from '../stack/stack-error.js';

const readyTimeoutMs = 180_000;
const answerTimeoutMs = 10_000;

/**
 * Waits until a service answers at an address.
 *
 * @param name for people, at the beginning of a sentence
 * @param url answers with a 2xx once the service is ready
 * @param died settles when the service ended by itself
 * @param signal aborted when the start is called off
 * @throws StackError saying why it is not ready
 */
export async function becomesReady(
  name: string,
  url: string,
  died: Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  let end: string | undefined;
  void died.then(() => {
    end = 'ended while it started; its last lines are above';
  });
  const outcome = await poll(
    async () => {
      if (end !== undefined) return end;
      if (signal.aborted) return 'was called off';
      return (await answers(url)) ? 'ready' : undefined;
    },
    { timeoutMs: readyTimeoutMs, intervalMs: 100 },
  );
  if (outcome === 'ready') return;
  throw new StackError(
    `${name} ${outcome ?? `was not ready within ${readyTimeoutMs / 1_000} s`}. ` +
      `Fix what its log says above and start again.`,
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
