import { ClerkUserList } from '../../src/infrastructure/clerk/clerk-user-list.js';

/** The Backend API's response to one request. */
export type ScriptedAnswer = (signal: AbortSignal | null) => Response | Promise<Response>;

export const json =
  (body: unknown): ScriptedAnswer =>
  () =>
    Response.json(body);
export const status =
  (code: number, headers: Record<string, string> = {}): ScriptedAnswer =>
  () =>
    new Response('refused', { status: code, headers });
export const broken: ScriptedAnswer = () => Promise.reject(new TypeError('fetch failed'));

/** A user list whose requests get these responses in order; it records the requests. */
export class ScriptedClerk {
  static readonly now = Date.UTC(2026, 0, 15, 12);

  /** Paths with their queries. */
  readonly asked: string[] = [];
  readonly waits: number[] = [];
  readonly messages: string[] = [];
  readonly list: ClerkUserList;
  private readonly answers: ScriptedAnswer[];

  constructor(answers: ScriptedAnswer[], { ratePerSecond = 1e9 } = {}) {
    this.answers = [...answers];
    this.list = new ClerkUserList({
      apiUrl: 'https://api.clerk.test',
      secretKey: 'sk_test_x',
      fetch: (input, init) => this.answer(new Request(input).url, init?.signal ?? null),
      issuer: 'https://clerk.example.com',
      ratePerSecond,
      now: () => ScriptedClerk.now,
      sleep: (milliseconds) => {
        this.waits.push(milliseconds);
        return Promise.resolve();
      },
      onWait: (message) => {
        this.messages.push(message);
      },
    });
  }

  private async answer(url: string, signal: AbortSignal | null): Promise<Response> {
    this.asked.push(url.replace('https://api.clerk.test', ''));
    const next = this.answers.shift();
    if (next === undefined) throw new Error('There is no answer left.');
    return next(signal);
  }
}
