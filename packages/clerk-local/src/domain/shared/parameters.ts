import { z } from 'zod';
import { ClerkApiError, invalidParameter } from './clerk-api-error.js';

/*
 * The schemas below accept JSON and forms. A form sends numbers, flags and objects as text, and a
 * list of one item as the item alone.
 */

/** A list of texts, or a single text. */
export const stringList = z.union([z.array(z.string()), z.string().transform((item) => [item])]);

/** A boolean, or `true` or `false` as text. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((value) => value === 'true'),
]);

/** A whole number, or its text. */
export const wholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

const emptyToNull = (text: string): string | null => (text === '' ? null : text);

/** Text. An empty text and `null` both clear the value. */
export const optionalText = z.string().transform(emptyToNull).nullish();

/** The longest name of a user or an organization. */
export const maxNameLength = 256;

/** A first or last name. An empty text and `null` both clear it. */
export const optionalName = z.string().max(maxNameLength).transform(emptyToNull).nullish();

/** More than any parameter of Clerk has, and less than overflows the stack when it is stored. */
const maxLevels = 100;

/**
 * Parses JSON that a caller sent.
 *
 * @throws {SyntaxError} if it is malformed or nested too deeply
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isDeeper(value, maxLevels)) throw new SyntaxError(`More than ${maxLevels} levels`);
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

const json = z.string().transform((text, context): unknown => {
  try {
    return parseJson(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** Clerk's limit for each kind of metadata, as JSON. */
const maxMetadataBytes = 8_192;

function isTooLarge(metadata: object): boolean {
  return Buffer.byteLength(JSON.stringify(metadata)) > maxMetadataBytes;
}

/** An object, or its JSON text. */
export const metadata = z
  .union([z.record(z.string(), z.unknown()), json.pipe(z.record(z.string(), z.unknown()))])
  .refine((value) => !isTooLarge(value), { params: { isTooLarge: true } });

/** Metadata of a new object. `null` is the same as none. */
export const newMetadata = metadata
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

/** A parameter with a default. `null` stands for the default too. */
export function withDefault<Schema extends z.ZodType>(
  schema: Schema,
  value: z.output<Schema>,
): z.ZodType<z.output<Schema>, z.input<Schema> | null | undefined> {
  return schema.nullish().transform((given) => given ?? value);
}

/**
 * Checks the size of merged metadata, of which the schema has seen only the change.
 *
 * @param name of the parameter
 * @throws {ClerkApiError} 422 `form_param_exceeds_allowed_size`
 */
export function requireMetadataSize(name: string, merged: object): void {
  if (isTooLarge(merged)) throw metadataTooLarge(name);
}

function metadataTooLarge(name: string): ClerkApiError {
  const kilobytes = maxMetadataBytes / 1_024;
  return invalidParameter(
    name,
    'form_param_exceeds_allowed_size',
    `The given ${name} exceeds the maximum allowed size of ${maxMetadataBytes} bytes (${kilobytes} KB).`,
  );
}

/** A time as text (RFC 3339). */
export const time = z.iso.datetime({ offset: true });

/**
 * Parses the parameters of a request body or a query.
 *
 * @throws {ClerkApiError} 422 with Clerk's code for the first invalid parameter
 */
export function parseParameters<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw describe(result.error.issues[0], input);
}

function describe(issue: z.core.$ZodIssue | undefined, input: unknown): ClerkApiError {
  if (issue?.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    return invalidParameter(
      name,
      'form_param_unknown',
      'is unknown',
      `clerk-local does not support the parameter ${name} here.`,
    );
  }
  // The parameters of a bulk request are in the items of a list.
  const index = typeof issue?.path[0] === 'number' ? issue.path[0] : undefined;
  const path = issue?.path.slice(index === undefined ? 0 : 1) ?? [];
  const parameters: unknown = index !== undefined && Array.isArray(input) ? input[index] : input;
  const name = path[0]?.toString();
  if (name === undefined) {
    if (issue?.code === 'too_big') return bulkTooLarge(issue.maximum);
    const longMessage =
      issue?.code === 'too_small'
        ? 'The request body has too few items.'
        : 'The request body must be an object of parameters.';
    return new ClerkApiError(422, 'form_param_format_invalid', 'is invalid', { longMessage });
  }
  if (path.length === 1 && !isGiven(parameters, name)) {
    return invalidParameter(name, 'form_param_missing', 'is missing', `${name} must be included.`);
  }
  if (issue?.code === 'custom' && issue.params?.['isTooLarge'] === true) {
    return metadataTooLarge(name);
  }
  if (issue?.code === 'too_big' && path.length === 1) {
    if (issue.origin === 'string') return tooLong(name, issue.maximum);
    if (issue.origin === 'array') return tooMany(name, issue.maximum);
  }
  if (issue?.code === 'invalid_value') return notAllowed(name, issue.values);
  if (issue?.code === 'invalid_format' && issue.format === 'datetime') return notATime(name);
  if (issue?.code === 'too_small' && issue.origin === 'string' && path.length === 1) {
    return tooShort(name, issue.minimum);
  }
  const bound = path.length === 1 ? boundMessage(name, issue) : undefined;
  const longMessage = bound ?? `${name} does not have the expected format.`;
  return invalidParameter(name, 'form_param_format_invalid', 'is invalid', longMessage);
}

/** Names the bound of a number. */
function boundMessage(name: string, issue: z.core.$ZodIssue | undefined): string | undefined {
  if (issue?.code !== 'too_small' && issue?.code !== 'too_big') return undefined;
  if (issue.origin !== 'number' && issue.origin !== 'int') return undefined;
  return issue.code === 'too_small'
    ? `${name} must be at least ${issue.minimum}.`
    : `${name} must be at most ${issue.maximum}.`;
}

function bulkTooLarge(maximum: number | bigint): ClerkApiError {
  return new ClerkApiError(400, 'bulk_size_exceeded', 'bulk size exceeded', {
    longMessage: `Parameters exceed the maximum allowed bulk processing size of ${maximum}.`,
  });
}

/** @param values that are allowed */
function notAllowed(name: string, values: readonly unknown[]): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_value_invalid',
    'is invalid',
    `The value does not match the allowed values for parameter ${name}. Allowed values: ${values.join(', ')}`,
  );
}

function notATime(name: string): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_invalid_time',
    'invalid format',
    `${name} must contain a datetime specified in RFC3339 format (e.g. 2022-10-20T10:00:27.645Z).`,
  );
}

function tooShort(name: string, minimum: number | bigint): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_min_length_exceeded',
    'does not reach minimum length',
    `${name} must be at least ${minimum} characters long.`,
  );
}

function tooLong(name: string, maximum: number | bigint): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_max_length_exceeded',
    'exceeds maximum length',
    `${name} should not exceed ${maximum} characters.`,
  );
}

function tooMany(name: string, maximum: number | bigint): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_array_size_exceeded',
    'exceeds maximum size',
    `${name} should not exceed ${maximum} items.`,
  );
}

function isGiven(input: unknown, name: string): boolean {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, name);
}
