/** How log lines name the settings that an operator can change. */
export interface SettingNames {
  readonly issuer: string;
  readonly authorizedParties: string;
  readonly acceptTokensWithoutAzp: string;
  readonly pool: string;
  readonly directUrl: string;
  readonly maxAgeMs: string;
}

/** The names of the module's options; an application's settings may have other names. */
export const optionNames: SettingNames = {
  issuer: '`issuer`',
  authorizedParties: '`authorizedParties`',
  acceptTokensWithoutAzp: '`acceptTokensWithoutAzp`',
  pool: '`database.pool`',
  directUrl: '`database.directUrl`',
  maxAgeMs: '`cache.maxAgeMs`',
};
