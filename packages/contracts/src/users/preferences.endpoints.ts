import { object, string, type z } from 'zod';
import { dateTime } from '../http/date-time.js';
import { defineEndpoint } from '../http/define-endpoint.js';

/** Longer than any tag or name in use; limits the stored length. */
const maxLength = 100;

/** A BCP 47 language tag. Parsing returns its canonical form: `DE-at` becomes `de-AT`. */
const language = string()
  .max(maxLength)
  .refine((tag) => canonicalLanguage(tag) !== undefined, {
    error: 'Send a BCP 47 language tag, such as de-AT.',
  })
  .overwrite((tag) => canonicalLanguage(tag) ?? tag)
  .meta({ description: 'A BCP 47 language tag.', examples: ['de-AT'] });

/**
 * The name of an IANA time zone. Parsing corrects the case of a canonical name: `europe/vienna`
 * becomes `Europe/Vienna`. An alias is kept as written.
 */
const timeZone = string()
  .max(maxLength)
  .refine((name) => canonicalTimeZone(name) !== undefined, {
    error: 'Send the name of an IANA time zone, such as Europe/Vienna.',
  })
  .overwrite((name) => canonicalTimeZone(name) ?? name)
  .meta({ description: 'The name of an IANA time zone.', examples: ['Europe/Vienna'] });

/** A replacement of both preferences. */
export const preferencesInput = object({ language, timeZone }).meta({ id: 'PreferencesInput' });

export type PreferencesInput = z.infer<typeof preferencesInput>;

/**
 * The preferences of a user. Clients accept any text: the server may know languages and time zones
 * that the client's Intl does not.
 */
export const preferencesResponse = object({
  language: string().nullable().describe('A BCP 47 language tag; null before the first PUT.'),
  timeZone: string()
    .nullable()
    .describe('The name of an IANA time zone; null before the first PUT.'),
  updatedAt: dateTime.nullable().describe('Null before the first PUT.'),
}).meta({ id: 'Preferences' });

export type PreferencesResponse = z.infer<typeof preferencesResponse>;

/** Returns the preferences of the session's user. */
export const getPreferences = defineEndpoint({
  method: 'GET',
  path: '/users/me/preferences',
  response: preferencesResponse,
});

/** Replaces both preferences of the session's user, and returns them as stored. */
export const replacePreferences = defineEndpoint({
  method: 'PUT',
  path: '/users/me/preferences',
  body: preferencesInput,
  response: preferencesResponse,
});

/**
 * @returns the canonical form, or undefined if the tag is not well-formed. Intl cannot use private
 *   tags (`x-…`) and those that RFC 5646 calls irregular (`i-klingon`), so they are refused.
 */
function canonicalLanguage(tag: string): string | undefined {
  // RFC 5646, 4.5: an extended language replaces the language before it. Intl knows only that form.
  const withoutExtlang = tag.replace(/^[a-z]{2,3}-([a-z]{3})(?=-|$)/i, '$1');
  try {
    return Intl.getCanonicalLocales(withoutExtlang)[0];
  } catch {
    return undefined;
  }
}

/**
 * Abbreviations of old Java versions, which ICU still reads. They are not IANA names, and some are
 * misleading: BST means Dhaka, IST Kolkata.
 */
const javaAbbreviations =
  /^(?:ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.+)$/i;

/** @returns the name with its case corrected, or undefined if there is no such zone */
function canonicalTimeZone(name: string): string | undefined {
  // Intl accepts offsets such as +01:00, which are not zones.
  if (!/^[a-z]/i.test(name) || javaAbbreviations.test(name)) return undefined;
  try {
    const { timeZone: resolved } = new Intl.DateTimeFormat('en', {
      timeZone: name,
    }).resolvedOptions();
    // Intl replaces an alias by an older name (Asia/Kolkata by Asia/Calcutta): keep the alias.
    return resolved.toLowerCase() === name.toLowerCase() ? resolved : name;
  } catch {
    return undefined;
  }
}
