import { z } from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;
type JsonObject = Record<string, Json>;

/** Keywords of OpenAPI 3.0 that say nothing about what is valid. */
const annotations = new Set(['description', 'example', 'deprecated', 'discriminator', 'default']);

/**
 * A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a choice with `null`, references to
 * the document's schemas become local definitions, and annotations go.
 */
export function toJsonSchema(schema: Json): Json {
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
  // Names of properties are not keywords: one may well be called `description`.
  if (keyword === 'properties' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, toJsonSchema(schema)]),
    );
  }
  return keyword === 'enum' || keyword === 'required' ? value : toJsonSchema(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
