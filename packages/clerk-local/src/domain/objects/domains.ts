import { ClerkApiError, invalidParameter } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import { present, type Objects } from './objects.js';

export interface DomainsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly instanceId: string;
  /** The Frontend API's URL by the publishable key. */
  readonly issuer: string;
}

/** The fields of a satellite. */
export interface SatelliteFields {
  readonly name?: string | null | undefined;
  readonly proxyUrl?: string | null | undefined;
}

/** The primary domain of the instance and its satellites, as both APIs show them. */
export class Domains {
  constructor(private readonly options: DomainsOptions) {}

  list(): Record<string, unknown>[] {
    return [this.primary(), ...this.options.objects.list('domain').map(toDomain)];
  }

  /** @throws {ClerkApiError} 404 */
  get(id: string): Record<string, unknown> {
    const primary = this.primary();
    return id === primary['id'] ? primary : toDomain(this.options.objects.get('domain', id));
  }

  /** Adds a satellite. */
  async add(name: string, proxyUrl: string | null): Promise<Record<string, unknown>> {
    this.requireFreeName(name);
    const record = await this.options.objects.add('domain', {
      name: name.toLowerCase(),
      is_satellite: true,
      frontend_api_url: proxyUrl ?? `https://clerk.${name.toLowerCase()}`,
      proxy_url: proxyUrl,
      development_origin: '',
    });
    return toDomain(record);
  }

  /** Changes a satellite. */
  async update(id: string, fields: SatelliteFields): Promise<Record<string, unknown>> {
    const record = this.requireSatellite(id);
    if (fields.name && fields.name !== record['name']) this.requireFreeName(fields.name);
    const changed = await this.options.objects.update(record, {
      ...(fields.name ? { name: fields.name.toLowerCase() } : {}),
      ...(fields.proxyUrl === undefined ? {} : { proxy_url: fields.proxyUrl }),
    });
    return toDomain(changed);
  }

  /** Deletes a satellite. */
  delete(id: string): Promise<object> {
    this.requireSatellite(id);
    return this.options.objects.delete('domain', id);
  }

  /**
   * Moves the primary domain to another site. The publishable key stays, and so do the Frontend
   * API's URL and the issuer of tokens. The caller ends the sessions.
   *
   * @param homeUrl such as `https://www.example.com`
   */
  async move(homeUrl: string): Promise<void> {
    const { store } = this.options;
    store.settings = { ...store.settings, homeUrl };
    await store.commit();
  }

  private primary(): Record<string, unknown> {
    const { store, instanceId, issuer } = this.options;
    const { homeUrl } = store.settings;
    return {
      object: 'domain',
      id: instanceId.replace(/^ins_/, 'dmn_'),
      name: new URL(homeUrl ?? issuer).host,
      is_satellite: false,
      frontend_api_url: issuer,
      accounts_portal_url: null,
      proxy_url: null,
      development_origin: '',
      cname_targets: [],
    };
  }

  private requireSatellite(id: string): ObjectRecord {
    if (id === this.primary()['id']) throw primaryDomain();
    return this.options.objects.get('domain', id);
  }

  private requireFreeName(name: string): void {
    if (!/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/i.test(name)) {
      throw invalidParameter('name', 'form_param_format_invalid', 'is invalid');
    }
    const taken = this.options.objects
      .list('domain')
      .some((each) => each['name'] === name.toLowerCase());
    if (taken) throw invalidParameter('name', 'form_identifier_exists', 'That domain is taken.');
  }
}

/** Domains have no times. */
function toDomain(record: ObjectRecord): Record<string, unknown> {
  const { created_at, updated_at, ...domain } = present(record);
  return domain;
}

function primaryDomain(): Error {
  return new ClerkApiError(403, 'operation_not_allowed_on_primary_domain', 'not allowed', {
    longMessage: 'This operation changes satellites. To move the primary domain, change its URL.',
  });
}
