import { z } from 'zod';
import { addresses } from '../stack/addresses';
import { localRowSchema, type Command, type LocalRow, type Person } from '../stack/commands';

const TIMEOUT_MS = 30_000;

/** The stack behind the app, from a test's point of view. */
export class Control {
  stopApi = (): Promise<unknown> => send({ do: 'stop API' });
  startApi = (): Promise<unknown> => send({ do: 'start API' });
  /** The API hangs: it accepts connections and answers nothing. */
  pauseApi = (): Promise<unknown> => send({ do: 'pause API' });
  resumeApi = (): Promise<unknown> => send({ do: 'resume API' });
  stopDatabase = (): Promise<unknown> => send({ do: 'stop database' });
  startDatabase = (): Promise<unknown> => send({ do: 'start database' });

  /** Somebody with an account at Clerk, unknown to the API. @returns Clerk's id */
  async createUser(person: Person): Promise<string> {
    const answer = await send({ do: 'create user', person });
    return z.object({ id: z.string() }).parse(answer).id;
  }

  /** As an administrator does in Clerk's dashboard: the browser is not told. */
  deleteUser = (userId: string): Promise<unknown> => send({ do: 'delete user', userId });

  /** @returns the rows of the API's database with this email */
  async findRows(email: string): Promise<LocalRow[]> {
    return localRowSchema.array().parse(await send({ do: 'find rows', email }));
  }

  /**
   * @param origin becomes the token's `azp`; without one the token has none
   * @returns a session token of the user's
   */
  async createToken(token: {
    userId: string;
    sessionId?: string;
    origin?: string;
  }): Promise<string> {
    const answer = await send({ do: 'create token', ...token });
    return z.object({ token: z.string() }).parse(answer).token;
  }

  /** @returns the newest of what the API has logged */
  async readApiLog(): Promise<string> {
    return z.object({ log: z.string() }).parse(await send({ do: 'read API log' })).log;
  }

  /** @returns the newest of what the web app's server has logged */
  async readWebLog(): Promise<string> {
    return z.object({ log: z.string() }).parse(await send({ do: 'read web log' })).log;
  }

  /** @returns bytes of the web app's JavaScript heap after garbage collections */
  async measureWebHeap(): Promise<number> {
    return z.object({ bytes: z.number() }).parse(await send({ do: 'measure web heap' })).bytes;
  }

  setTokenLifetime = (seconds: number): Promise<unknown> =>
    send({ do: 'set token lifetime', seconds });
  setClockOffset = (seconds: number): Promise<unknown> => send({ do: 'set clock offset', seconds });

  /** Everything as it was at the start. */
  async restore(): Promise<void> {
    await this.resumeApi();
    await this.setClockOffset(0);
    await this.setTokenLifetime(60);
    await this.startDatabase();
    await this.startApi();
  }
}

async function send(command: Command): Promise<unknown> {
  const response = await fetch(addresses.control, {
    method: 'POST',
    body: JSON.stringify(command),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`“${command.do}” failed: ${answer}`);
  return JSON.parse(answer);
}
