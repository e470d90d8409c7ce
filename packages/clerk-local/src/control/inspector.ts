import { z } from 'zod';

const rowSchema = z.record(z.string(), z.unknown());

/** The application's row for a user, or an error. */
export type InspectedRow =
  | { readonly state: 'found'; readonly row: z.output<typeof rowSchema> }
  | { readonly state: 'missing' }
  /** The URL did not respond in time, or not with a row. */
  | { readonly state: 'unavailable'; readonly reason: string };

export interface InspectorOptions {
  /** The application's URL. `{user_id}` in it is replaced; otherwise `user_id` joins its query. */
  readonly url: string;
  /** Maximum time for all rows of a call, in milliseconds. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 2_000;
const maxConcurrent = 8;
const maxBytes = 65_536;

/**
 * Asks an application for its own rows, for the console. The application answers `GET` with a JSON
 * object, or with 404 or `null` if it has no row. The URL must not have side effects: the console
 * asks again every few seconds.
 */
export class Inspector {
  private readonly timeoutMs: number;

  constructor(private readonly options: InspectorOptions) {
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /** Returns the row of each user by id. Never rejects, and returns within the timeout. */
  async rows(userIds: readonly string[]): Promise<Record<string, InspectedRow>> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const waiting = [...new Set(userIds)];
    const rows = new Map<string, InspectedRow>();
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        rows.set(id, await this.row(id, signal));
      }
    };
    await Promise.all(Array.from({ length: maxConcurrent }, work));
    return Object.fromEntries(rows);
  }

  private async row(userId: string, signal: AbortSignal): Promise<InspectedRow> {
    try {
      signal.throwIfAborted();
      const response = await fetch(this.urlOf(userId), {
        signal,
        redirect: 'error',
        headers: { accept: 'application/json' },
      });
      if (response.status === 404) {
        await response.body?.cancel();
        return { state: 'missing' };
      }
      if (!response.ok) {
        await response.body?.cancel();
        return unavailable(`The inspect URL responded with ${response.status}.`);
      }
      return parseRow(await textOf(response));
    } catch {
      // The cause may contain the URL, and so a secret.
      return unavailable(isAborted(signal) ? this.timeout() : 'The inspect URL is not reachable.');
    }
  }

  private timeout(): string {
    return `The inspect URL did not respond within ${this.timeoutMs / 1_000} s.`;
  }

  private urlOf(userId: string): string {
    const { url } = this.options;
    const id = encodeURIComponent(userId);
    if (url.includes(placeholder)) return url.replaceAll(placeholder, id);
    const target = new URL(url);
    target.searchParams.set('user_id', userId);
    return target.href;
  }
}

const placeholder = '{user_id}';

function parseRow(text: string | undefined): InspectedRow {
  if (text === undefined) return unavailable('The row is larger than 64 KiB.');
  const body = z.string().transform(parseJson).pipe(rowSchema.nullable()).safeParse(text);
  if (!body.success) return unavailable('The inspect URL did not respond with a JSON object.');
  return body.data === null ? { state: 'missing' } : { state: 'found', row: body.data };
}

function parseJson(text: string, context: z.core.$RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

/** Reads a body. Returns `undefined` if it is too large. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  let text = '';
  let size = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return text + decoder.decode();
    size += chunk.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

/** A function, because the flag changes while a request runs. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function unavailable(reason: string): InspectedRow {
  return { state: 'unavailable', reason };
}
