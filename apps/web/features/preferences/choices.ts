import { preferencesInput, type PreferencesInput } from '@populatte/contracts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Suggestions; any other BCP 47 tag may be typed. */
const languages = [
  'ar',
  'cs',
  'da',
  'de',
  'de-AT',
  'de-CH',
  'el',
  'en-AU',
  'en-GB',
  'en-IN',
  'en-US',
  'es',
  'es-MX',
  'fi',
  'fr',
  'fr-CA',
  'he',
  'hi',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nb',
  'nl',
  'pl',
  'pt-BR',
  'pt-PT',
  'ro',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-Hans',
  'zh-Hant',
];

/** @returns languages to choose from, each by its own name */
export function languageChoices(): Choice[] {
  return languages.map((value) => ({ value, label: languageName(value) }));
}

/** @returns the time zones that this browser knows */
export function timeZoneChoices(): Choice[] {
  return Intl.supportedValuesOf('timeZone').map((value) => ({
    value,
    label: value.replaceAll('_', ' '),
  }));
}

/** @returns the name of a language in that language, or the tag if this browser has no name for it */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

interface BrowserOptions {
  readonly locale: string;
  /** Undefined or `Etc/Unknown` if the browser cannot determine the zone of its machine. */
  readonly timeZone: string | undefined;
}

/** @returns the language and the time zone that this browser is set to; UTC if it knows no zone */
export function browserSettings(
  { locale, timeZone }: BrowserOptions = new Intl.DateTimeFormat().resolvedOptions(),
): PreferencesInput {
  const known = preferencesInput.shape.timeZone.safeParse(timeZone);
  // The locale may have extensions, such as a calendar, which are not part of the language.
  const language = locale.replace(/-\w-.*/, '');
  return { language, timeZone: known.success ? known.data : 'UTC' };
}
