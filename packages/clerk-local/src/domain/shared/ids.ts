import { createHash, randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 27;

/** The kind of an id. Clerk's ids are `<prefix>_` and 27 characters of base 62, as in a KSUID. */
export type IdPrefix =
  | 'act'
  | 'agt'
  | 'alid'
  | 'blid'
  | 'client'
  | 'dmn'
  | 'dvb'
  | 'eac'
  | 'ema'
  | 'hsn'
  | 'idn'
  | 'inv'
  | 'jtmp'
  | 'msg'
  | 'org'
  | 'orgdmn'
  | 'orginv'
  | 'orgmem'
  | 'orgmemreq'
  | 'orgsug'
  | 'perm'
  | 'proxchk'
  | 'ru'
  | 'role'
  | 'rset'
  | 'sess'
  | 'sia'
  | 'sit'
  | 'sua'
  | 'sms'
  | 'tdev'
  | 'tdch'
  | 'tick'
  | 'user'
  | 'ver'
  | 'wle';

/** Credentials: they must not be predictable. */
const credentials: ReadonlySet<IdPrefix> = new Set(['dvb', 'hsn', 'tick']);

/** Creates a random id, such as `user_2fQ…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base62(randomBytes(idLength))}`;
}

/** Maps each byte to one base 62 character. The mapping is lossy: it makes ids, not encodings. */
export function base62(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, idLength), (byte) => alphabet.charAt(byte % 62)).join('');
}

/** Creates ids. With a seed, instances that do the same create the same ids. */
export class Ids {
  private readonly counts = new Map<string, number>();

  /** @param seed missing for random ids */
  constructor(private readonly seed?: number) {}

  /** Returns a new id. Ids that are credentials are always random. */
  next(prefix: IdPrefix): string {
    if (this.seed === undefined || credentials.has(prefix)) return newId(prefix);
    const count = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, count);
    const text = `${this.seed} ${prefix} ${count}`;
    return `${prefix}_${base62(createHash('sha256').update(text).digest())}`;
  }

  /** The number of ids that were created of each kind, to continue after a restart. */
  get state(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  restore(state: Readonly<Record<string, number>>): void {
    for (const [prefix, count] of Object.entries(state)) this.counts.set(prefix, count);
  }
}
