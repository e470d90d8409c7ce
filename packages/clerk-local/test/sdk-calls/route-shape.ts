import { isParameter, segmentsOf } from '../../src/http/operations.js';

/** `GET /v1/users/{user_id}` and `GET /v1/users/:id` have the same shape. */
export function shapeOf(route: string): string {
  const [method = '', template = ''] = route.split(' ');
  const segments = segmentsOf(template).map((each) => (isParameter(each) ? '{}' : each));
  return [method, ...segments].join('/');
}
