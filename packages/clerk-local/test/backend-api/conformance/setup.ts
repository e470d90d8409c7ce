import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { callBackendApi, type BackendCall } from '../../support/backend-call.js';

type Call = Omit<BackendCall, 'method'>;

/** A response of an endpoint, to check against Clerk's published document. */
export interface ConformanceCase {
  /** The route in the app. */
  readonly route: string;
  /** The path in the published document. */
  readonly path: string;
  readonly status: number;
  /** Creates the data that the call needs, and returns the call. */
  readonly arrange: (clerk: ClerkLocal) => Promise<Call>;
}

/**
 * Describes a case for the status 200.
 *
 * @param route such as `GET /v1/users/{user_id}`
 * @param arrange creates the data; returns the values of the path's parameters and the body
 */
export function succeeds(
  route: string,
  arrange: (clerk: ClerkLocal) => Promise<Readonly<Record<string, unknown>>> = () =>
    Promise.resolve({}),
): ConformanceCase {
  const [method = '', template = ''] = route.split(' ');
  const [templatePath = '', query = ''] = template.split('?');
  return {
    route: `${method} ${templatePath.replace(/\{([^}]+)\}/g, (_all, name: string) => `:${shortName(name, templatePath)}`)}`,
    path: templatePath.replace(/^\/v1/, ''),
    status: 200,
    arrange: async (clerk) => {
      const { json, multipart, ...parameters } = await arrange(clerk);
      const path = templatePath.replace(/\{([^}]+)\}/g, (_all, name: string) =>
        String(parameters[name]),
      );
      return {
        path: query === '' ? path : `${path}?${query}`,
        ...(json === undefined ? {} : { json }),
        ...(multipart instanceof FormData ? { multipart } : {}),
      };
    },
  };
}

/** Clerk's names of path parameters in this package's routes: the first is `id`. */
function shortName(name: string, template: string): string {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, each = '']) => each);
  if (names[0] === name) return 'id';
  return name
    .replace(/_id$/, 'Id')
    .replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

const created = z.looseObject({ id: z.string() });

/** Calls the Backend API, expects success, and returns the object. */
export async function create(
  clerk: ClerkLocal,
  path: string,
  json: unknown,
): Promise<z.output<typeof created>> {
  const response = await callBackendApi(clerk, { method: 'POST', path, json });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return created.parse(await response.json());
}

/** Creates a user with a password. Returns the id. */
export async function aUser(clerk: ClerkLocal, email = 'ada@example.com'): Promise<string> {
  const { id } = await clerk.users.create({
    email_address: [email],
    first_name: 'Ada',
    password: 'correct horse',
    phone_number: [],
  });
  return id;
}

/** Creates an organization with an admin and a member. */
export async function anOrganization(
  clerk: ClerkLocal,
): Promise<{ readonly organization_id: string; readonly user_id: string }> {
  const admin = await aUser(clerk, 'admin@example.com');
  const { id } = await create(clerk, '/v1/organizations', { name: 'Acme', created_by: admin });
  const user_id = await aUser(clerk, 'member@example.com');
  await create(clerk, `/v1/organizations/${id}/memberships`, { user_id, role: 'org:member' });
  return { organization_id: id, user_id };
}

/** Creates a form with an image. */
export function anImage(): FormData {
  const form = new FormData();
  form.set('file', new File([new Uint8Array([137, 80, 78, 71])], 'ada.png', { type: 'image/png' }));
  return form;
}
