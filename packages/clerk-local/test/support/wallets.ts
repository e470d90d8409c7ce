import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { personalHash } from '../../src/domain/users/ethereum.js';

/** An Ethereum wallet with its own key. It signs as MetaMask does. */
export class EthereumWallet {
  readonly address: string;
  private readonly key: Uint8Array;

  /** @param key in hex; by default a new one */
  constructor(key = bytesToHex(secp256k1.utils.randomSecretKey())) {
    this.key = hexToBytes(key);
    const point = secp256k1.getPublicKey(this.key, false).subarray(1);
    this.address = `0x${bytesToHex(keccak_256(point).subarray(-20))}`;
  }

  /** `personal_sign` */
  sign(message: string): string {
    const options = { prehash: false, format: 'recovered' } as const;
    const [recoveryId = 0, ...rest] = secp256k1.sign(personalHash(message), this.key, options);
    return `0x${bytesToHex(Uint8Array.of(...rest, recoveryId + 27))}`;
  }
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A Solana wallet with its own key. */
export class SolanaWallet {
  readonly address: string;
  private readonly key: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.key = privateKey;
    const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    let value = BigInt(`0x${bytes.toString('hex')}`);
    let text = '';
    for (; value > 0n; value /= 58n) text = alphabet.charAt(Number(value % 58n)) + text;
    const zeros = bytes.findIndex((byte) => byte !== 0);
    this.address = '1'.repeat(zeros) + text;
  }

  /** `signMessage`, as clerk-js sends it. */
  sign(message: string): string {
    return sign(null, Buffer.from(message), this.key).toString('base64');
  }
}
