import { invalidParameter } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { Objects } from '../objects/objects.js';

/** Whether the id, name or key of a role or permission contains the text. */
export function matches(record: ObjectRecord, query: string): boolean {
  const wanted = query.toLowerCase();
  return [record.id, record['name'], record['key']].some((value) =>
    text(value).toLowerCase().includes(wanted),
  );
}

/** @throws {ClerkApiError} 422 for a malformed key, or one that a role or permission has */
export function requireFreeKey(objects: Objects, key: string, pattern: RegExp): void {
  if (!pattern.test(key)) {
    throw invalidParameter('key', 'form_param_format_invalid', 'is invalid');
  }
  const taken = [...objects.list('role'), ...objects.list('permission')];
  if (!taken.some((each) => each['key'] === key)) return;
  throw invalidParameter('key', 'form_identifier_exists', 'That key is taken.');
}

/** A record's field as text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A record's list of ids. */
export function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
