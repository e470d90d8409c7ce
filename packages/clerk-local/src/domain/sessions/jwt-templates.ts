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
}

/** A template in the form in which tokens are created from it. */
export interface CompiledTemplate extends JwtTemplateFields {
  readonly compiled: ClaimsTemplate;
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

  /** @throws {ClerkApiError} 422 for a taken name, or claims that are not valid */
  create(fields: JwtTemplateFields): Promise<ObjectRecord> {
    this.check(fields);
    return this.objects.add('jwt_template', {
      ...fields,
      custom_signing_key: false,
      signing_algorithm: 'RS256',
    });
  }

  /** @throws {ClerkApiError} like `create` */
  update(id: string, fields: JwtTemplateFields): Promise<ObjectRecord> {
    const record = this.get(id);
    this.check(fields, id);
    return this.objects.update(record, { ...fields });
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
    const { claims, lifetime, allowed_clock_skew: skew } = record ?? this.get(name);
    const values = isObject(claims) ? claims : {};
    return {
      name,
      claims: values,
      lifetime: Number(lifetime),
      allowed_clock_skew: Number(skew),
      compiled: compileClaimsTemplate(values),
    };
  }

  private check({ name, claims }: JwtTemplateFields, exceptId?: string): void {
    if (this.list().some((each) => each['name'] === name && each.id !== exceptId)) {
      throw invalidParameter('name', 'form_identifier_exists', 'That name is taken.');
    }
    try {
      compileClaimsTemplate(claims);
    } catch (error) {
      if (!(error instanceof ClerkLocalError)) throw error;
      throw invalidParameter('claims', 'form_param_value_invalid', 'is invalid', error.message);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
