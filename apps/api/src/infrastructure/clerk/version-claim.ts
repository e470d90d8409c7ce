/** Numbers below this are seconds (until the year 5138), others milliseconds (since 1973). */
const firstMillisecondValue = 1e11;

/** The last instant that ECMAScript's Date can hold, in milliseconds. */
const lastInstant = 8.64e15;

const isoDateTime =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/;

/** How Go prints a time: `2006-01-02 15:04:05.999 +0000 UTC`, with a monotonic reading at times. */
const goDateTime =
  /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2}):?(\d{2})(?: [A-Za-z0-9+-]+)?(?: m=[+-][\d.]+)?$/;

/**
 * Reads the moment at which a user was last changed at Clerk.
 *
 * @param value seconds or milliseconds since the epoch, ISO 8601, or Go's way of printing a time
 * @returns whole milliseconds since the epoch, or null where the value is none of these
 */
export function toMilliseconds(value: unknown): number | null {
  if (typeof value === 'number')
    return bounded(value < firstMillisecondValue ? value * 1000 : value);
  if (typeof value === 'string') return fromText(value.trim());
  return null;
}

function fromText(text: string): number | null {
  const go = goDateTime.exec(text);
  if (go !== null) {
    const [, date = '', time = '', hours = '', minutes = ''] = go;
    return bounded(Date.parse(`${date}T${time}${hours}:${minutes}`));
  }
  if (!isoDateTime.test(text)) return null;
  // ECMAScript reads a date with a time but no zone as local; Clerk's times are UTC.
  const zoned = /(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) || text.length === 10;
  return bounded(Date.parse(`${text.replace(' ', 'T').replace(',', '.')}${zoned ? '' : 'Z'}`));
}

function bounded(milliseconds: number): number | null {
  const whole = Math.trunc(milliseconds);
  return whole > 0 && whole <= lastInstant ? whole : null;
}
