/** The themes that a user can choose; `system` follows the operating system. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/**
 * A cookie, so that the server renders the chosen theme: no script has to run before the first
 * paint, and nothing flashes.
 */
export const themeCookie = 'theme';

/** @param value the cookie's value; anything unknown counts as `system` */
export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system';
}
