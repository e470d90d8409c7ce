import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';

const jsonSchema = z.json();
type Json = z.infer<typeof jsonSchema>;

/** A published OpenAPI 3.0 document that validates values. */
export class OpenApiDocument {
  private readonly document: Json;
  private readonly ajv = new Ajv2019({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
  });

  constructor(file: string) {
    this.document = jsonSchema.parse(parse(readFileSync(file, 'utf8')));
    formats.default(this.ajv);
  }

  /** Returns the schema of a response, or `undefined` if the status is not documented. */
  responseSchema(method: string, path: string, status: number): Json | undefined {
    const response = at(
      this.document,
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      `${status}`,
    );
    const reference = at(response, '$ref');
    const resolved = typeof reference === 'string' ? this.resolve(reference) : response;
    return at(resolved, 'content', 'application/json', 'schema');
  }

  /** Whether the document has an endpoint. */
  hasEndpoint(method: string, path: string): boolean {
    return at(this.document, 'paths', path, method.toLowerCase()) !== undefined;
  }

  /** Lists the parameters of an operation: those of the query, and the members of its body. */
  parameters(method: string, path: string): DocumentedParameter[] {
    const operation = at(this.document, 'paths', path, method.toLowerCase());
    const query = [at(this.document, 'paths', path, 'parameters'), at(operation, 'parameters')]
      .flatMap((all) => (Array.isArray(all) ? all : []))
      .map((each) => this.dereferenced(each))
      .filter((each) => at(each, 'in') === 'query')
      .map((each) => at(each, 'name'))
      .filter((name) => typeof name === 'string')
      .map((name) => ({ name, in: 'query' as const, nullable: false }));
    const content = at(this.dereferenced(at(operation, 'requestBody')), 'content');
    const [media] = Object.values(isObject(content) ? content : {});
    return [...query, ...this.membersOf(at(media, 'schema'))];
  }

  /** The members of a body, of its alternatives, or of its items if it is a list. */
  private membersOf(schema: Json | undefined): DocumentedParameter[] {
    const resolved = this.dereferenced(schema);
    const properties = at(resolved, 'properties');
    const own = Object.entries(isObject(properties) ? properties : {}).map(([name, member]) => ({
      name,
      in: 'body' as const,
      nullable: at(this.dereferenced(member), 'nullable') === true,
    }));
    const others = [at(resolved, 'items'), at(resolved, 'allOf'), at(resolved, 'oneOf')].flat();
    return [...own, ...others.flatMap((each) => (each === undefined ? [] : this.membersOf(each)))];
  }

  private dereferenced(value: Json | undefined): Json | undefined {
    const reference = at(value, '$ref');
    return typeof reference === 'string' ? this.dereferenced(this.resolve(reference)) : value;
  }

  /** Returns the schema of an event. */
  eventSchema(type: string): Json | undefined {
    return at(
      this.document,
      'x-webhooks',
      type,
      'post',
      'requestBody',
      'content',
      'application/json',
      'schema',
    );
  }

  /** Returns a named schema. */
  namedSchema(name: string): Json {
    return { $ref: `#/components/schemas/${name}` };
  }

  /**
   * Validates a value. Properties that the schema does not name are errors. If it names none, as
   * for a template's preview, any object is valid.
   *
   * @returns the errors; empty if the value is valid
   */
  problems(schema: Json, value: unknown): string[] {
    const validate = this.ajv.compile({
      $defs: toJsonSchema(at(this.document, 'components', 'schemas') ?? {}),
      allOf: [toJsonSchema(schema)],
      ...(isAnyObject(schema) ? {} : { unevaluatedProperties: false }),
    });
    validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }

  private resolve(reference: string): Json | undefined {
    return at(this.document, ...reference.slice('#/'.length).split('/'));
  }
}

/** A parameter of an operation. */
export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'query' | 'body';
  readonly nullable: boolean;
}

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = current[key];
  }
  return current;
}

type JsonObject = Record<string, Json>;

/** Keywords of OpenAPI 3.0 that do not affect validation. */
const annotations = new Set(['description', 'example', 'deprecated', 'discriminator', 'default']);

/**
 * Converts an OpenAPI 3.0 schema to JSON Schema: `nullable` becomes an alternative with `null`,
 * references to the document's schemas become local definitions, and annotations are removed.
 */
function toJsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isObject(schema)) return schema;
  const { nullable, ...rest } = schema;
  const converted = Object.fromEntries(
    Object.entries(rest)
      .filter(([keyword]) => !annotations.has(keyword) && !keyword.startsWith('x-'))
      .map(([keyword, value]) => [keyword, convertKeyword(keyword, value)]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

function convertKeyword(keyword: string, value: Json): Json {
  if (keyword === '$ref' && typeof value === 'string') {
    return value.replace('#/components/schemas/', '#/$defs/');
  }
  // Property names are not keywords: a property may be called `description`.
  if (keyword === 'properties' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, toJsonSchema(schema)]),
    );
  }
  return keyword === 'enum' || keyword === 'required' ? value : toJsonSchema(value);
}

/** Whether a schema says only that the value is an object. */
function isAnyObject(schema: Json): boolean {
  return isObject(schema) && JSON.stringify(schema) === '{"type":"object"}';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
