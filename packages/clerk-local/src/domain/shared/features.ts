/**
 * Features that an instance can enable in addition to Clerk's defaults, as in Clerk's Dashboard.
 */
const switches = [
  /** Several accounts per browser. */
  'multi_session',
  /** Users have a username, and sign in with it. */
  'username',
  /** Users have a phone number, and sign in with a code by text message. */
  'phone_number',
  /** Users verify an email address, and sign in, with a link instead of a code. */
  'email_link',
  /** Users sign in with passkeys (WebAuthn). */
  'passkey',
  /** Native applications sign in with a key of their device. */
  'trusted_device',
  /** Sensitive changes of the account ask for a factor again. */
  'reverification',
  /** Visitors join a waitlist, and sign up once they are invited. */
  'waitlist',
  /** A session is pending until its user chooses or creates an organization. */
  'organization_required',
  /** Handshakes set `__refresh`, with which servers refresh expired tokens. */
  'refresh_cookie',
] as const;

/** The providers of `oauth_…`. Their pages are simulated: the visitor chooses an account. */
const providers = [
  'apple',
  'discord',
  'facebook',
  'github',
  'gitlab',
  'google',
  'linkedin',
  'microsoft',
  'notion',
  'slack',
  'x',
] as const;

/** The wallets of `web3_…`, whose users sign in with a signature. */
const wallets = ['base', 'coinbase_wallet', 'metamask', 'okx_wallet', 'solana'] as const;

export type Feature =
  | (typeof switches)[number]
  | `oauth_${(typeof providers)[number]}`
  | `web3_${(typeof wallets)[number]}`;

/** All features by name. */
export const allFeatures: readonly Feature[] = [
  ...switches,
  ...providers.map((provider) => `oauth_${provider}` as const),
  ...wallets.map((wallet) => `web3_${wallet}` as const),
];

/** How a wallet signs, by Clerk's names. All Ethereum wallets sign in the same way. */
export type WalletStrategy = `web3_${(typeof wallets)[number]}_signature`;

/** The features that an instance has enabled. */
export class Features {
  constructor(private readonly enabled: readonly Feature[]) {}

  has(feature: Feature): boolean {
    return this.enabled.includes(feature);
  }

  /** Whether a strategy such as `oauth_google` is enabled. */
  hasProvider(strategy: string): boolean {
    return this.strategies.includes(strategy);
  }

  /** Whether a strategy such as `web3_metamask_signature` is enabled. */
  hasWallet(strategy: string): strategy is WalletStrategy {
    return this.walletStrategies.some((each) => each === strategy);
  }

  /** The enabled strategies `web3_…_signature`. */
  get walletStrategies(): readonly WalletStrategy[] {
    return wallets
      .filter((wallet) => this.has(`web3_${wallet}`))
      .map((wallet) => `web3_${wallet}_signature` as const);
  }

  /** The enabled strategies `oauth_…`. */
  get strategies(): readonly string[] {
    return this.enabled.filter((feature) => feature.startsWith('oauth_'));
  }
}
