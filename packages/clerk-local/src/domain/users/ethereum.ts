import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Returns an address with the upper and lower case of EIP-55, which wallets expect in a message. */
export function checksumAddress(address: string): string {
  const digits = address.slice(2).toLowerCase();
  const hash = bytesToHex(keccak_256(Buffer.from(digits)));
  const letters = Array.from(digits, (digit, index) =>
    parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${letters.join('')}`;
}

/**
 * Returns the lower-case address of the key that signed a text with `personal_sign` (EIP-191).
 *
 * @param signature in hex: `r`, `s` and the recovery id, which is 0 and 1, or 27 and 28
 * @returns `undefined` if it is not a signature
 */
export function signerOf(message: string, signature: string): string | undefined {
  try {
    const bytes = hexToBytes(signature.replace(/^0x/, ''));
    const recoveryId = (bytes[64] ?? 0) % 27;
    const recovered = Uint8Array.of(recoveryId, ...bytes.subarray(0, 64));
    const key = secp256k1.recoverPublicKey(recovered, personalHash(message), { prehash: false });
    const point = secp256k1.Point.fromBytes(key).toBytes(false);
    return `0x${bytesToHex(keccak_256(point.subarray(1)).subarray(-20))}`;
  } catch {
    return undefined;
  }
}

/** The hash that `personal_sign` signs. */
export function personalHash(message: string): Uint8Array {
  const text = Buffer.from(message);
  const prefix = Buffer.from(`\u0019Ethereum Signed Message:\n${text.length}`);
  return keccak_256(Buffer.concat([prefix, text]));
}
