import type { Endpoint, EndpointInput, EndpointOutput, endpoints } from '@populatte/contracts';
import type { AnyInput, CallHeaders } from './request.js';

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call at any point; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Sent with this call; in an object, except those that are undefined or null. `Authorization` is
   * always the client's own.
   */
  readonly headers?: CallHeaders | undefined;
}

type NoMembers = Readonly<Record<string, never>>;

/** The arguments of `call` after the endpoint, and of the endpoint's own method. */
type CallArguments<E extends Endpoint, NoInput extends unknown[]> =
  unknown extends EndpointInput<E>
    ? NoInput
    : object extends EndpointInput<E>
      ? [input?: EndpointInput<E>, options?: CallOptions]
      : [input: EndpointInput<E>, options?: CallOptions];

/** A tree of endpoints as a tree of methods. */
type Bound<Tree> = Tree extends Endpoint
  ? (...args: CallArguments<Tree, [options?: CallOptions]>) => Promise<EndpointOutput<Tree>>
  : { readonly [Name in keyof Tree]: Bound<Tree[Name]> };

type WithEndpoint<E extends Endpoint> = [
  endpoint: E,
  ...rest: CallArguments<E, [input?: NoMembers, options?: CallOptions]>,
];

interface Call {
  <E extends Endpoint>(...args: WithEndpoint<E>): Promise<EndpointOutput<E>>;
  /**
   * Resolves to the parsed data and the response, for its status and headers; its body is already
   * read.
   */
  raw<E extends Endpoint>(...args: WithEndpoint<E>): Promise<RawResult<EndpointOutput<E>>>;
}

/** The result of a call with its response. */
export interface RawResult<Data> {
  /** The body, as the endpoint's schema returns it. */
  readonly data: Data;
  /** Its body is already read. */
  readonly response: Response;
}

/** A method per endpoint of the contract, and `call` for any other endpoint. */
export type ApiClient = Bound<typeof endpoints> & { readonly call: Call };

type Tree = Readonly<{ [name: string]: Endpoint | Tree }>;

/** `call` or `call.raw` of any endpoint. */
export type AnyCall<Result> = (
  endpoint: Endpoint,
  input?: AnyInput,
  options?: CallOptions,
) => Promise<Result>;

/** Creates a method per endpoint, so that a new endpoint needs no change here. */
export function bindEndpoints(tree: Tree, call: AnyCall<unknown>): Record<string, unknown> {
  const bind = (node: Endpoint | Tree): unknown => {
    if (!isEndpoint(node)) return bindEndpoints(node, call);
    if (node.params ?? node.query ?? node.body) return call.bind(undefined, node);
    return (options?: CallOptions) => call(node, undefined, options);
  };
  return Object.fromEntries(Object.entries(tree).map(([name, node]) => [name, bind(node)]));
}

function isEndpoint(node: Endpoint | Tree): node is Endpoint {
  return typeof node.path === 'string';
}
