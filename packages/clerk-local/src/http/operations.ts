import { clerkOperations } from './clerk-operations.js';

/** An operation of Clerk's published documents. */
export interface Operation {
  readonly api: 'Backend API' | 'Frontend API';
  readonly method: string;
  /** Such as `/v1/users/{user_id}`. */
  readonly path: string;
  /** Clerk's name, such as `GetUser`. */
  readonly name: string;
}

/** Clerk's operations, in the order of its documents. */
export const operations: readonly Operation[] = parse(clerkOperations);

function parse(text: string): Operation[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [api, method = '', path = '', name = ''] = line.split(' ');
      return { api: api === 'backend' ? 'Backend API' : 'Frontend API', method, path, name };
    });
}

/** Splits a path into segments. A final slash has no effect; `//` is an empty segment. */
export function segmentsOf(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

/** Whether a segment of a template is a parameter: `{user_id}`, `:id` or `*`. */
export function isParameter(segment: string): boolean {
  return /^(?:\{[^}]+\}|:.+|\*)$/.test(segment);
}

/** Whether a path matches a template such as `/v1/users/{user_id}`. */
export function matchesTemplate(template: string, path: string): boolean {
  const [expected, actual] = [segmentsOf(template), segmentsOf(path)];
  return (
    expected.length === actual.length &&
    expected.every((segment, index) => isParameter(segment) || segment === actual[index])
  );
}

/**
 * Finds the operations of a request. An exact path takes precedence over one with parameters, as in
 * `/v1/users/count`.
 */
export function operationsOf(method: string, path: string): Operation[] {
  const matching = operations.filter(
    (operation) => operation.method === method && matchesTemplate(operation.path, path),
  );
  const parameters = ({ path: template }: Operation): number =>
    segmentsOf(template).filter(isParameter).length;
  const fewest = Math.min(...matching.map(parameters));
  return matching.filter((operation) => parameters(operation) === fewest);
}
