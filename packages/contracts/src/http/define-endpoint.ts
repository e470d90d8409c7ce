import type { z } from 'zod';
import type { ErrorCode } from '../errors/error-code.js';

/** `201`: a resource was created. `204`: success without a response body. */
export type SuccessStatus = 200 | 201 | 204;

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The names of a path's `:parameters`, as a union. */
export type PathParams<Path extends string> = Path extends `${string}:${infer Param}/${infer Rest}`
  ? Param | PathParams<`/${Rest}`>
  : Path extends `${string}:${infer Param}`
    ? Param
    : never;

/**
 * A schema of Zod 4 or Zod Mini. An application may have another version of Zod than this package,
 * and Zod's own types accept only schemas of the same version.
 */
export interface Schema {
  readonly _zod: { readonly input: unknown; readonly output: unknown };
  safeParse(data: unknown): ParseResult;
  safeParseAsync(data: unknown): Promise<ParseResult>;
}

/** A schema of an object. */
export interface ObjectSchema<Shape = Readonly<Record<string, unknown>>> extends Schema {
  readonly shape: Shape;
}

type ParseResult =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A schema with the path's parameters; undefined if the path has none. */
type ParamsSchema<Path extends string> = [PathParams<Path>] extends [never]
  ? undefined
  : ObjectSchema<Readonly<Record<PathParams<Path>, unknown>>>;

/** The description of one route that the API and its clients share. */
export interface Endpoint<
  Path extends string = string,
  Params extends ObjectSchema | undefined = ObjectSchema | undefined,
  Query extends ObjectSchema | undefined = ObjectSchema | undefined,
  Body extends Schema | undefined = Schema | undefined,
  Response extends Schema = Schema,
> {
  readonly method: HttpMethod;
  /** Begins with a slash; parameters are written `:name`. */
  readonly path: Path;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly response: Response;
  /** The status on success. */
  readonly status: SuccessStatus;
  /** Its own error codes, in addition to those that every endpoint may return. */
  readonly errors: readonly ErrorCode[];
}

/**
 * Describes an endpoint.
 *
 * @param definition method, path, and Zod schemas of input and response. A path with `:parameters`
 *   needs a `params` schema that names each of them; the compiler checks it. `status` is 200 unless
 *   it is given, and 204 needs `response: z.void()`. `errors` lists its own error codes.
 * @returns the endpoint, whose type keeps the schema of every part
 * @throws TypeError when the status is 204 and the response has a body
 * @example
 * const addNote = defineEndpoint({
 *   method: 'POST',
 *   path: '/notes',
 *   body: object({ text: string() }),
 *   response: object({ id: uuid() }),
 *   status: 201,
 * });
 */
export function defineEndpoint<
  const Path extends `/${string}`,
  Response extends Schema,
  Params extends ParamsSchema<Path> = ParamsSchema<Path> & undefined,
  Query extends ObjectSchema | undefined = undefined,
  Body extends Schema | undefined = undefined,
>(
  definition: {
    method: HttpMethod;
    path: Path;
    query?: Query;
    body?: Body;
    response: Response;
    status?: SuccessStatus;
    errors?: readonly ErrorCode[];
  } & ([PathParams<Path>] extends [never] ? { params?: undefined } : { params: Params }),
): Endpoint<Path, Params, Query, Body, Response> {
  const { method, path, params, query, body, response, status = 200, errors = [] } = definition;
  if (status === 204 && !response.safeParse(undefined).success) {
    throw new TypeError(`${method} ${path} returns 204, which has no body: use z.void().`);
  }
  return Object.freeze({
    method,
    path,
    params: params as Params,
    query: query as Query,
    body: body as Body,
    response,
    status,
    errors,
  });
}

/**
 * The input of a call before parsing: `params`, `query` and `body`, as far as the endpoint has
 * them. A part with only optional members is optional.
 */
export type EndpointInput<E extends Endpoint> = Parts<E, 'input'>;

/** The input that a handler receives, after parsing. */
export type ParsedEndpointInput<E extends Endpoint> = Parts<E, 'output'>;

/** The response that a caller receives, after parsing. */
export type EndpointOutput<E extends Endpoint> = z.output<E['response']>;

type Parts<E extends Endpoint, Side extends 'input' | 'output'> = Part<
  'params',
  E['params'],
  Side
> &
  Part<'query', E['query'], Side> &
  Part<'body', E['body'], Side>;

type Part<
  Name extends string,
  Parser extends Schema | undefined,
  Side extends 'input' | 'output',
> = Parser extends Schema
  ? Side extends 'output'
    ? Readonly<Record<Name, z.output<Parser>>>
    : IsOptional<z.input<Parser>> extends true
      ? Readonly<Partial<Record<Name, z.input<Parser> | undefined>>>
      : Readonly<Record<Name, z.input<Parser>>>
  : unknown;

type IsOptional<Input> = undefined extends Input ? true : object extends Input ? true : false;
