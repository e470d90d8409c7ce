/** The formats of figures in tables and plots. */

/** Grouped by thousands, no decimals. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Two significant digits below 10, three below 100, then a whole number. */
export function short(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? whole(value) : value.toPrecision(value >= 10 ? 3 : 2);
}

/** Two decimals. */
export function ratio(value: number): string {
  return value.toFixed(2);
}

/** In percent, with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** How figures were summarised. */
export function rounds(count: number): string {
  return count === 1 ? 'one round' : `medians of ${count} rounds`;
}
