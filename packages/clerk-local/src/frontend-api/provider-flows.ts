import { randomBytes } from 'node:crypto';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { monotonicClock, type Clock } from '../domain/shared/ports.js';
import type { ProviderIdentity } from '../domain/state/attempt-records.js';
import { isLoopbackUrl } from '../http/hosts.js';

/** The purpose of a visit to a provider. */
export type ProviderIntent =
  | { readonly kind: 'sign_in' | 'sign_up'; readonly attemptId: string }
  | { readonly kind: 'connect'; readonly userId: string; readonly accountId: string };

/** A visit to a provider's page. */
export interface ProviderVisit {
  /** The browser's token. */
  readonly devBrowser: string;
  /** Such as `oauth_google`. */
  readonly strategy: string;
  /** The application's page to return to. */
  readonly redirectUrl: string;
  readonly intent: ProviderIntent;
}

interface PendingVisit extends ProviderVisit {
  readonly expiresAt: number;
  /** `null` if the visitor cancelled; missing until they have chosen. */
  readonly identity?: ProviderIdentity | null;
}

const lifetimeMs = 600_000;

/** The path of the simulated providers. */
const providerPath = '/v1/simulated_provider';

/** Keeps the visits to simulated providers until the browser returns. */
export class ProviderFlows {
  private readonly pending = new Map<string, PendingVisit>();

  /**
   * @param baseUrl returns the URL of the instance
   * @param now a monotonic clock
   */
  constructor(
    private readonly baseUrl: () => string,
    private readonly now: Clock = monotonicClock,
  ) {}

  /**
   * Begins a visit.
   *
   * @returns the URL of the provider's page
   * @throws {ClerkApiError} 422 without a `redirect_url` on this machine
   */
  begin(visit: ProviderVisit): string {
    if (!isLoopbackUrl(visit.redirectUrl)) throw badRedirect(visit.redirectUrl);
    for (const [state, { expiresAt }] of this.pending) {
      if (expiresAt <= this.now()) this.pending.delete(state);
    }
    const state = randomBytes(24).toString('base64url');
    this.pending.set(state, { ...visit, expiresAt: this.now() + lifetimeMs });
    const url = new URL(providerPath, this.baseUrl());
    url.searchParams.set('state', state);
    return url.href;
  }

  /** @throws {ClerkApiError} 400 for a visit that is unknown or has ended */
  find(state: string): ProviderVisit {
    const visit = this.pending.get(state);
    if (visit && visit.expiresAt > this.now()) return visit;
    throw new ClerkApiError(400, 'oauth_callback_invalid', 'Invalid OAuth callback', {
      longMessage: 'This visit of the provider has ended. Start again in the application.',
    });
  }

  /**
   * Records the identity that the visitor has chosen.
   *
   * @param identity `null` to cancel
   * @returns the path of the callback
   */
  choose(state: string, identity: ProviderIdentity | null): string {
    const visit = this.find(state);
    this.pending.set(state, { ...visit, expiresAt: this.now() + lifetimeMs, identity });
    return `/v1/oauth_callback?state=${encodeURIComponent(state)}`;
  }

  /**
   * Ends a visit.
   *
   * @throws {ClerkApiError} 400 like `find`, and before the visitor has chosen
   */
  take(state: string): {
    readonly visit: ProviderVisit;
    readonly identity: ProviderIdentity | null;
  } {
    this.find(state);
    const visit = this.pending.get(state);
    this.pending.delete(state);
    if (visit?.identity !== undefined) return { visit, identity: visit.identity };
    throw new ClerkApiError(400, 'oauth_callback_invalid', 'Invalid OAuth callback', {
      longMessage: 'The visitor has not chosen an account at the provider.',
    });
  }
}

function badRedirect(url: string): Error {
  return invalidParameter(
    'redirect_url',
    url === '' ? 'form_param_missing' : 'form_param_value_invalid',
    url === '' ? 'is missing' : 'is not allowed',
    'redirect_url must be a URL on this machine, such as http://localhost:3000/sso-callback.',
  );
}
