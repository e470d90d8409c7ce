const justNowSeconds = 10;

const units = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
  ['month', 2_629_800],
  ['year', 31_557_600],
] as const;

/**
 * Describes a past time in words, relative to now. A time ahead of this clock counts as now: the
 * server's clock may be ahead.
 *
 * @param then milliseconds since the epoch
 * @param now milliseconds since the epoch
 */
export function timeAgo(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < justNowSeconds) return 'just now';
  const [unit, size] = units.findLast(([, length]) => seconds >= length) ?? units[0];
  return new Intl.RelativeTimeFormat('en').format(-Math.floor(seconds / size), unit);
}

/** An exact time in words, which a server and every browser write in the same way. */
export function utcTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
