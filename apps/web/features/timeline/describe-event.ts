import type { UserEventResponse } from '@populatte/contracts';

/** An event in the words of the user interface. */
export interface EventDescription {
  readonly title: string;
  readonly detail: string;
  /** The source of the change, in a word or two. */
  readonly source: string;
}

const sources: Readonly<Record<string, string>> = {
  token: 'Request',
  webhook: 'Webhook',
  backend_api: 'Backend API',
  reconcile: 'Reconciliation',
  sql: 'SQL',
};

const fieldNames: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'email address',
  imageUrl: 'picture',
};

const titles: Readonly<Record<string, string>> = {
  created: 'Account created here',
  deleted: 'Personal data erased',
  banned: 'Banned',
  unbanned: 'Ban lifted',
};

const creations: Readonly<Record<string, string>> = {
  token: 'Your first request created the row. It did not wait for a webhook.',
  webhook: 'A webhook from Clerk created the row before your first request.',
  backend_api: 'The API asked Clerk’s Backend API who you are, and created the row.',
  reconcile: 'A reconciliation with Clerk found you and created the row.',
};

const changes: Readonly<Record<string, string>> = {
  token: 'Your own request carried a change that no webhook had delivered. The row is repaired.',
  webhook: 'A webhook from Clerk delivered the change.',
  backend_api: 'The change came from Clerk’s Backend API.',
  reconcile: 'A reconciliation with Clerk found the change and applied it.',
  sql: 'An SQL statement changed the row directly in the database.',
};

/** Describes an event. Shows an unknown type or source by its own name. */
export function describeEvent({ type, source, changed }: UserEventResponse): EventDescription {
  return {
    title: type === 'updated' ? describeFields(changed) : (titles[type] ?? type),
    detail: (type === 'created' ? creations[source] : undefined) ?? changes[source] ?? '',
    source: describeSource(source),
  };
}

/** Names a source in a word or two. */
export function describeSource(source: string): string {
  return sources[source] ?? source;
}

/** “Name and picture changed”. */
function describeFields(changed: readonly string[]): string {
  const names = changed.map((field) => fieldNames[field] ?? field);
  const list = new Intl.ListFormat('en').format(names.length === 0 ? ['profile'] : names);
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} changed`;
}

/**
 * Finds the event that a field's value comes from.
 *
 * @param events newest first
 * @returns undefined if the event is older than those given
 */
export function originOf(
  field: string,
  events: readonly UserEventResponse[],
): UserEventResponse | undefined {
  return events.find(({ type, changed }) => type === 'created' || changed.includes(field));
}
