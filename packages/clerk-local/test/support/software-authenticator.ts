import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const creationSchema = z.object({ rp: z.object({ id: z.string() }), challenge: z.string() });
const requestSchema = z.object({ rpId: z.string(), challenge: z.string() });

/** The ways in which a page deviates from an honest browser. */
export interface Forgery {
  readonly origin?: string;
  readonly challenge?: string;
  readonly rpId?: string;
}

const userPresentAndVerified = 0x05;
const hasCredential = 0x40;

/** An authenticator with one passkey (ES256), for tests without a browser. */
export class SoftwareAuthenticator {
  private readonly id = randomBytes(16);
  private readonly key: KeyObject;
  private readonly publicKey: { readonly x: Buffer; readonly y: Buffer };
  /** The number of signatures. */
  counter = 0;

  constructor(private readonly origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.key = privateKey;
    this.publicKey = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  /**
   * Does what `navigator.credentials.create()` does.
   *
   * @param options JSON, as the Frontend API returns it
   */
  create(options: string, forgery: Forgery = {}): string {
    const { rp, challenge } = creationSchema.parse(JSON.parse(options));
    const given = { rpId: rp.id, challenge, origin: this.origin, ...forgery };
    const idLength = Buffer.from([0, this.id.length]);
    const credential = Buffer.concat([Buffer.alloc(16), idLength, this.id, this.coseKey()]);
    const authData = this.authenticatorData(given.rpId, hasCredential, credential);
    return this.serialise({
      clientDataJSON: clientData('webauthn.create', given),
      attestationObject: map([
        [text('fmt'), text('none')],
        [text('attStmt'), map([])],
        [text('authData'), bytes(authData)],
      ]),
    });
  }

  /** Does what `navigator.credentials.get()` does. */
  get(options: string, forgery: Forgery = {}): string {
    const { rpId, challenge } = requestSchema.parse(JSON.parse(options));
    const given = { rpId, challenge, origin: this.origin, ...forgery };
    this.counter += 1;
    const clientDataJSON = clientData('webauthn.get', given);
    const authenticatorData = this.authenticatorData(given.rpId, 0, Buffer.alloc(0));
    const hash = createHash('sha256').update(clientDataJSON).digest();
    const signature = sign('sha256', Buffer.concat([authenticatorData, hash]), this.key);
    return this.serialise({ clientDataJSON, authenticatorData, signature });
  }

  private authenticatorData(rpId: string, flags: number, credential: Buffer): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([
      createHash('sha256').update(rpId).digest(),
      Buffer.from([userPresentAndVerified | flags]),
      counter,
      credential,
    ]);
  }

  /** `{ 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }` (RFC 9053). */
  private coseKey(): Buffer {
    return map([
      [Buffer.from([0x01]), Buffer.from([0x02])],
      [Buffer.from([0x03]), Buffer.from([0x26])],
      [Buffer.from([0x20]), Buffer.from([0x01])],
      [Buffer.from([0x21]), bytes(this.publicKey.x)],
      [Buffer.from([0x22]), bytes(this.publicKey.y)],
    ]);
  }

  private serialise(response: Readonly<Record<string, Buffer>>): string {
    const id = this.id.toString('base64url');
    const encoded = Object.entries(response).map(([name, value]) => [
      name,
      value.toString('base64url'),
    ]);
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      response: Object.fromEntries(encoded) as Record<string, string>,
    });
  }
}

function clientData(type: string, { challenge, origin }: Required<Forgery>): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

/** CBOR (RFC 8949): a map with up to 23 entries. */
function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([Buffer.from([0xa0 | entries.length]), ...entries.flat()]);
}

/** CBOR: a text of up to 23 bytes. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
}

/** CBOR: 24 to 255 bytes. */
function bytes(value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x58, value.length]), value]);
}
