import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { invalidParameter } from '../shared/clerk-api-error.js';
import { ClerkLocalError } from '../shared/clerk-local-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { Objects } from '../objects/objects.js';
import { compileClaimsTemplate, type ClaimsTemplate } from './claims-template.js';

/** The fields of a JWT template. */
export interface JwtTemplateFields {
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly lifetime: number;
  /** Seconds. */
  readonly allowed_clock_skew: number;
  /** `null` for the instance's key; missing in an update that keeps the key. */
  readonly signing?: CustomKey | null | undefined;
}

/** The algorithms of a template, as in Clerk's dashboard. */
export const signingAlgorithms = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

/** A key of the application's own, for services that verify tokens with a shared secret. */
export interface CustomKey {
  readonly algorithm: string;
  /** A secret for `HS…` algorithms, a PEM for the others. */
  readonly key: string;
}

/** A template in the form in which tokens are created from it. */
export interface CompiledTemplate {
  readonly lifetime: number;
  readonly allowed_clock_skew: number;
  readonly compiled: ClaimsTemplate;
  /** `undefined` for the instance's key. */
  readonly customKey: { readonly algorithm: string; readonly key: KeyObject } | undefined;
}

/** The templates of `getToken({ template })`. */
export class JwtTemplates {
  constructor(private readonly objects: Objects) {}

  list(): ObjectRecord[] {
    return this.objects.list('jwt_template');
  }

  get(id: string): ObjectRecord {
    return this.objects.get('jwt_template', id);
  }

  /** @throws {ClerkApiError} 422 for a taken name, or claims or a key that are not valid */
  async create(fields: JwtTemplateFields): Promise<ObjectRecord> {
    await this.check(fields);
    const { signing, ...others } = fields;
    return this.objects.add('jwt_template', { ...others, ...signingMembers(signing ?? null) });
  }

  /** @throws {ClerkApiError} like `create` */
  async update(id: string, fields: JwtTemplateFields): Promise<ObjectRecord> {
    const record = this.get(id);
    await this.check(fields, id);
    const { signing, ...others } = fields;
    const key = signing === undefined ? {} : signingMembers(signing);
    return this.objects.update(record, { ...others, ...key });
  }

  delete(id: string): Promise<object> {
    return this.objects.delete('jwt_template', id);
  }

  /**
   * Finds a template by its name.
   *
   * @throws {ClerkApiError} 404
   */
  compile(name: string): CompiledTemplate {
    const record = this.list().find((each) => each['name'] === name);
    const { claims, lifetime, allowed_clock_skew: skew, ...others } = record ?? this.get(name);
    const { signing_algorithm: algorithm, _signing_key: key } = others;
    const isCustom = typeof algorithm === 'string' && typeof key === 'string';
    return {
      lifetime: Number(lifetime),
      allowed_clock_skew: Number(skew),
      compiled: compileClaimsTemplate(isObject(claims) ? claims : {}),
      customKey: isCustom ? { algorithm, key: readKey({ algorithm, key }) } : undefined,
    };
  }

  private async check(fields: JwtTemplateFields, exceptId?: string): Promise<void> {
    const { name, claims, signing } = fields;
    if (this.list().some((each) => each['name'] === name && each.id !== exceptId)) {
      throw invalidParameter('name', 'form_identifier_exists', 'That name is taken.');
    }
    try {
      compileClaimsTemplate(claims);
    } catch (error) {
      if (!(error instanceof ClerkLocalError)) throw error;
      throw invalidParameter('claims', 'form_param_value_invalid', 'is invalid', error.message);
    }
    if (signing && !(await canSign(signing))) {
      const hint = `signing_key is not a key for ${signing.algorithm}: send a secret for HS algorithms, a private key as PEM for the others.`;
      throw invalidParameter('signing_key', 'form_param_value_invalid', 'is invalid', hint);
    }
  }
}

/** The members of a stored template that describe its key; no response contains the key itself. */
function signingMembers(signing: CustomKey | null): Record<string, unknown> {
  return {
    custom_signing_key: signing !== null,
    signing_algorithm: signing?.algorithm ?? 'RS256',
    _signing_key: signing?.key ?? null,
  };
}

function readKey({ algorithm, key }: CustomKey): KeyObject {
  return algorithm.startsWith('HS') ? createSecretKey(key, 'utf8') : createPrivateKey(key);
}

async function canSign(signing: CustomKey): Promise<boolean> {
  try {
    const token = new SignJWT({}).setProtectedHeader({ alg: signing.algorithm });
    await token.sign(readKey(signing));
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
