import { ClerkApiError } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { ClientRecord } from '../state/session-records.js';
import type { Store } from '../state/store.js';

export interface ClientsOptions {
  readonly store: Store;
  readonly now: Clock;
}

/** The fields of a client that can change. */
export type ClientChange = Partial<Omit<ClientRecord, 'id' | 'devBrowser' | 'createdAt'>>;

/** The browsers that the instance knows. Clerk calls them clients. */
export class Clients {
  constructor(private readonly options: ClientsOptions) {}

  /** Registers a new browser. */
  async create(): Promise<ClientRecord> {
    const { store, now: clock } = this.options;
    const now = clock();
    return this.save({
      id: store.ids.next('client'),
      devBrowser: store.ids.next('dvb'),
      signIn: null,
      signUp: null,
      lastActiveSessionId: null,
      homeOrigin: null,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** @param devBrowser the browser's token, if it sent one */
  find(devBrowser: string | undefined): ClientRecord | undefined {
    return devBrowser === undefined ? undefined : this.options.store.clients.get(devBrowser);
  }

  /**
   * @throws {ClerkApiError} 401 `dev_browser_unauthenticated`; clerk-js then registers a new
   *   development browser
   */
  require(devBrowser: string | undefined): ClientRecord {
    const client = this.find(devBrowser);
    if (client) return client;
    throw new ClerkApiError(401, 'dev_browser_unauthenticated', 'Browser unauthenticated', {
      longMessage: 'Unable to authenticate this browser for your development instance.',
    });
  }

  async update({ devBrowser }: ClientRecord, change: ClientChange): Promise<ClientRecord> {
    return this.save({ ...this.require(devBrowser), ...change });
  }

  private async save(client: ClientRecord): Promise<ClientRecord> {
    this.options.store.clients.set(client.devBrowser, client);
    await this.options.store.commit();
    return client;
  }
}
