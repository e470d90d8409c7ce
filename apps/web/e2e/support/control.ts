import { z } from 'zod';
import { addresses } from '../stack/addresses';
import { localRowSchema, type Command, type LocalRow, type NewUser } from '../stack/commands';

const timeoutMs = 30_000;

/** Controls the stack from a test. */
export class Control {
  stopApi = (): Promise<unknown> => send({ do: 'stop API' });
  startApi = (): Promise<unknown> => send({ do: 'start API' });
  /** Makes the API hang: it accepts connections but does not respond. */
  pauseApi = (): Promise<unknown> => send({ do: 'pause API' });
  resumeApi = (): Promise<unknown> => send({ do: 'resume API' });
  stopDatabase = (): Promise<unknown> => send({ do: 'stop database' });
  startDatabase = (): Promise<unknown> => send({ do: 'start database' });

  /** Creates a user at Clerk who is unknown to the API. @returns the Clerk id */
  async createUser(user: NewUser): Promise<string> {
    const answer = await send({ do: 'create user', user });
    return z.object({ id: z.string() }).parse(answer).id;
  }

  /** Changes a user's first name as in Clerk's dashboard: the browser is not notified. */
  renameUser = (userId: string, firstName: string): Promise<unknown> =>
    send({ do: 'rename user', userId, firstName });

  /** Whether Clerk's webhooks reach the API; they do not by default. */
  deliverWebhooks = (deliver: boolean): Promise<unknown> =>
    send({ do: 'deliver webhooks', deliver });

  /** Deletes a user as in Clerk's dashboard: the browser is not notified. */
  deleteUser = (userId: string): Promise<unknown> => send({ do: 'delete user', userId });

  /** @returns the rows of the API's database with this email */
  async findRows(email: string): Promise<LocalRow[]> {
    return localRowSchema.array().parse(await send({ do: 'find rows', email }));
  }

  /**
   * @param origin becomes the token's `azp`; without one the token has none
   * @returns a session token of the user
   */
  async createToken(token: {
    userId: string;
    sessionId?: string;
    origin?: string;
  }): Promise<string> {
    const answer = await send({ do: 'create token', ...token });
    return z.object({ token: z.string() }).parse(answer).token;
  }

  /** @returns the most recent log output of the API */
  async readApiLog(): Promise<string> {
    return z.object({ log: z.string() }).parse(await send({ do: 'read API log' })).log;
  }

  /** @returns the most recent log output of the web server */
  async readWebLog(): Promise<string> {
    return z.object({ log: z.string() }).parse(await send({ do: 'read web log' })).log;
  }

  /** @returns bytes of the web server's JavaScript heap after garbage collection */
  async measureWebHeap(): Promise<number> {
    return z.object({ bytes: z.number() }).parse(await send({ do: 'measure web heap' })).bytes;
  }

  setTokenLifetime = (seconds: number): Promise<unknown> =>
    send({ do: 'set token lifetime', seconds });
  /** Whether session tokens carry name and email; Clerk's do not by default. */
  setTokenClaims = (claims: { profile: boolean }): Promise<unknown> =>
    send({ do: 'set token claims', ...claims });
  setClockOffset = (seconds: number): Promise<unknown> => send({ do: 'set clock offset', seconds });

  /** Restores the state after the start. */
  async restore(): Promise<void> {
    await this.resumeApi();
    await this.deliverWebhooks(false);
    await this.setClockOffset(0);
    await this.setTokenClaims({ profile: true });
    await this.setTokenLifetime(60);
    await this.startDatabase();
    await this.startApi();
  }
}

async function send(command: Command): Promise<unknown> {
  const response = await fetch(addresses.control, {
    method: 'POST',
    body: JSON.stringify(command),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`“${command.do}” failed: ${answer}`);
  return JSON.parse(answer);
}
