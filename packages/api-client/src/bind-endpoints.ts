import type { Endpoint, EndpointInput, EndpointOutput, endpoints } from '@populatte/contracts';
import type { AnyInput } from './request.js';

export interface CallOptions {
  /** Aborts the call wherever it is; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What is given to `call` after the endpoint, and to the endpoint's own method. */
type CallArguments<E extends Endpoint, NoInput extends unknown[]> =
  unknown extends EndpointInput<E> ? NoInput : [input: EndpointInput<E>, options?: CallOptions];

/** A tree of endpoints as one of methods. */
type Bound<Tree> = Tree extends Endpoint
  ? (...args: CallArguments<Tree, [options?: CallOptions]>) => Promise<EndpointOutput<Tree>>
  : { readonly [Name in keyof Tree]: Bound<Tree[Name]> };

/** A method for each of the contract's endpoints, and `call` for one that is not in its tree. */
export type ApiClient = Bound<typeof endpoints> & {
  call<E extends Endpoint>(
    endpoint: E,
    ...args: CallArguments<E, [input?: Readonly<Record<string, never>>, options?: CallOptions]>
  ): Promise<EndpointOutput<E>>;
};

type Tree = Readonly<{ [name: string]: Endpoint | Tree }>;
/** `call` where the endpoint is any. */
export type AnyCall = (e: Endpoint, input?: AnyInput, options?: CallOptions) => Promise<unknown>;

/** Gives each endpoint its method, so that a new endpoint needs no change here. */
export function bindEndpoints(tree: Tree, call: AnyCall): Record<string, unknown> {
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
