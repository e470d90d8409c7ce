import { ContractError } from './errors.js';

/** Returns `Map`, `Date`, `Uint8Array` and so on, from any realm. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/**
 * Checks the tag, because the value may come from another realm, and the class, because React
 * Native's classes have no tags.
 */
export function isOf(value: unknown, name: string): boolean {
  const known: unknown = Reflect.get(globalThis, name);
  return tagOf(value) === name || (typeof known === 'function' && value instanceof known);
}

/** Percent-encodes one value of a path or query. @throws ContractError that names it by `what` */
export function toText(what: string, value: unknown): string {
  try {
    if (isDate(value)) return encodeURIComponent(value.toISOString());
    if (/^(string|boolean|bigint)$/.test(typeof value) || Number.isFinite(value)) {
      return encodeURIComponent(String(value));
    }
  } catch {
    // An invalid date, or a lone surrogate, which no URL can contain.
  }
  throw cannotSend(what, value);
}

/**
 * Serializes a value, but refuses values that JSON would drop or change: a Map becomes `{}`, NaN
 * and an invalid Date become null, a function disappears. An undefined member counts as absent.
 *
 * @throws ContractError that names the value by its path, beginning with `what`
 */
export function toJson(what: string, body: unknown): string {
  const paths = new Map<unknown, string>();
  const check = function (this: Record<string, unknown>, key: string, value: unknown): unknown {
    const parent = paths.get(this);
    const path = parent === undefined ? what : `${parent}.${key}`;
    const original = this[key];
    if (
      /^(function|symbol|bigint)$/.test(typeof value) ||
      (typeof value === 'number' && !Number.isFinite(value)) ||
      (value === undefined && (original !== undefined || Array.isArray(this))) ||
      (value === null && isDate(original)) ||
      (typeof value === 'object' && !/^(Null|Object|Array)$/.test(tagOf(value)))
    ) {
      throw cannotSend(path, original);
    }
    paths.set(value, path);
    return value;
  };
  try {
    return JSON.stringify(body, check);
  } catch (error) {
    if (error instanceof ContractError) throw error;
    // A cycle, or a toJSON() that throws. No cause: it may quote values.
    throw new ContractError(`${what} cannot be written as JSON.`);
  }
}

function isDate(value: unknown): value is Date {
  return tagOf(value) === 'Date';
}

/** The error for a value that cannot be sent; names it by `what` and its type. */
export function cannotSend(what: string, value: unknown): ContractError {
  const kind = typeof value === 'number' ? String(value) : tagOf(value);
  return new ContractError(`${what} cannot be sent: ${isDate(value) ? 'invalid Date' : kind}.`);
}
