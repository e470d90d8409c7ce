import { randomBytes } from 'node:crypto';

/** Marked values that must not leak, each named after the place where it was planted. */
export class Canaries {
  /** The values to search for, and where each was planted. */
  private readonly planted = new Map<string, string>();

  /**
   * @param place names the canary in a failure
   * @returns a unique word of letters and digits, which is also recognised in base64
   */
  plant(place: string): string {
    const word = `canary${randomBytes(9).toString('hex')}`;
    for (const form of [word, ...base64Forms(word)]) this.planted.set(form, place);
    return word;
  }

  /** Searches for a whole value. @returns the value */
  plantWhole(place: string, value: string): string {
    // Shorter ones occur in any text.
    if (value.length < 12) throw new Error(`The canary for ${place} is too short to be unique.`);
    this.planted.set(value, place);
    return value;
  }

  /**
   * Searches for a token's payload and signature, because all tokens share the header.
   *
   * @returns the token
   */
  plantToken(place: string, token: string): string {
    for (const part of token.split('.').slice(1)) {
      if (part.length >= 12) this.planted.set(part, place);
    }
    return token;
  }

  /** @returns the places whose values are in the text, each once */
  foundIn(text: string): string[] {
    // An email address in lower case is still personal data.
    const folded = text.toLowerCase();
    const found = [...this.planted].filter(
      ([value]) => text.includes(value) || folded.includes(value),
    );
    return [...new Set(found.map(([, place]) => place))];
  }
}

/** The base64 form of a word depends on the number of bytes before it, modulo three. */
function base64Forms(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('x'.repeat(before) + word).toString('base64url');
    // The characters at both ends also encode bits of the neighbours.
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
}
