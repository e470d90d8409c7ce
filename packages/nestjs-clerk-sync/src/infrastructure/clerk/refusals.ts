import type { Clock } from '../../core/clock.js';
import type { RefusalReason, SeenClaims } from '../../core/errors.js';
import type { InfrastructureLog } from '../../core/log.js';
import { OncePerMinute } from '../../core/once-per-minute.js';
import type { SettingNames } from '../../core/setting-names.js';
import type { JsonObject } from './strict-json.js';

/** @returns the reasons that a wrong setting can cause, with the setting */
const hintsWith = (names: SettingNames): Readonly<Partial<Record<RefusalReason, string>>> => ({
  kid: 'They are signed with a key that Clerk’s key set does not have. Check that CLERK_SECRET_KEY and the web app’s publishable key belong to the same instance.',
  signature:
    'Their signature does not match the key. Check that CLERK_JWT_KEY, if it is set, belongs to the instance of CLERK_PUBLISHABLE_KEY.',
  issuer: `Their \`iss\` is a different Clerk instance’s. Check CLERK_PUBLISHABLE_KEY, or set ${names.issuer} to the \`iss\` of your tokens.`,
  azp_foreign: `Their \`azp\` is not an authorized party. Add the web app’s origin to ${names.authorizedParties}.`,
  azp_missing: `They have no \`azp\`, like tokens of native apps and the Backend API. If you have such clients, set ${names.acceptTokensWithoutAzp} to true.`,
  not_active:
    'Their `nbf` or `iat` is in the future. Check this machine’s clock; no setting changes this.',
});

/**
 * Warns the operator of refusals that a wrong setting may cause, at most once a minute per reason.
 */
export class RefusalWarnings {
  private readonly warnings: OncePerMinute;
  private readonly hints: ReturnType<typeof hintsWith>;

  constructor(
    private readonly log: InfrastructureLog,
    clock: Clock,
    names: SettingNames,
  ) {
    this.warnings = new OncePerMinute(clock);
    this.hints = hintsWith(names);
  }

  /** @param requirement the accepted values, nothing from the token */
  refused(reason: RefusalReason, requirement: string): void {
    const hint = this.hints[reason];
    if (hint === undefined || !this.warnings.isDue(reason)) return;
    this.log.warn(
      `Session tokens are refused (reason: ${reason}); their requests get 401. ${hint}${requirement}`,
    );
  }
}

/** Maximum length of a logged value, in characters. */
const maxLength = 200;

/** An issuer or origin, without user, query or fragment, which could contain personal data. */
const address = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]*(?:\/[^\s?#@]*)?$/i;

/**
 * Extracts `iss` and `azp` from a refused token, for the operator to compare with the settings. A
 * refused token may contain anything, so a value that is not a URL is described, not quoted.
 *
 * @param verified whether the signature was checked
 */
export function seenClaims(payload: JsonObject, verified: boolean, claim?: string): SeenClaims {
  const iss = described(payload['iss']);
  const azp = described(payload['azp']);
  return {
    ...(iss !== undefined && { iss }),
    ...(azp !== undefined && { azp }),
    ...(claim !== undefined && { claim }),
    verified,
  };
}

function described(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return `(${Array.isArray(value) ? 'array' : typeof value})`;
  // Browsers send `null` for an origin that they do not disclose.
  if (value === '' || value === 'null') return value;
  if (!address.test(value)) return `(not a URL, ${value.length} characters)`;
  return value.length > maxLength ? `${value.slice(0, maxLength)}…` : value;
}
