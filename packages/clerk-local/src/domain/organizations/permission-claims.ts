/** The claims of a session token about the permissions in the active organization. */
export interface PermissionClaims {
  /** The features of the organization, as `o:invoices,o:reports`. */
  readonly fea?: string;
  /** The permissions without their feature, as `read,manage`. */
  readonly per?: string;
  /** For each feature, which of the permissions the role has, as bits. */
  readonly fpm?: string;
}

/** Encodes the permissions that the instance defines. Clerk's own are not part of tokens. */
export function permissionClaims(keys: readonly string[]): PermissionClaims {
  const own = keys
    .filter((key) => !key.startsWith('org:sys_'))
    .map((key) => key.split(':'))
    .map(([, feature = '', action = '']) => ({ feature, action }));
  if (own.length === 0) return {};
  const features = [...new Set(own.map(({ feature }) => feature))].sort();
  const actions = [...new Set(own.map(({ action }) => action))].sort();
  const bits = features.map((feature) =>
    own
      .filter((each) => each.feature === feature)
      .reduce((sum, { action }) => sum + 2 ** actions.indexOf(action), 0),
  );
  return {
    fea: features.map((feature) => `o:${feature}`).join(),
    per: actions.join(),
    fpm: bits.join(),
  };
}
