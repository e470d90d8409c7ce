import { randomBytes } from 'node:crypto';

/** Values that must not come out, each known by the place where it went in. */
export class Canaries {
  /** What is looked for, and where it was planted. */
  private readonly planted = new Map<string, string>();

  /**
   * @param place names the canary in a failure
   * @returns a word of letters and digits that is nowhere else; it is recognised in base64, too
   */
  plant(place: string): string {
    const word = `canary${randomBytes(9).toString('hex')}`;
    for (const form of [word, ...base64Forms(word)]) this.planted.set(form, place);
    return word;
  }

  /** Looks for a value as a whole. @returns the value */
  plantWhole(place: string, value: string): string {
    // Shorter ones are in any text.
    if (value.length < 12) throw new Error(`The canary for ${place} is too short to be unique.`);
    this.planted.set(value, place);
    return value;
  }

  /** Looks for a token’s payload and signature: its header is every token’s. @returns the token */
  plantToken(place: string, token: string): string {
    for (const part of token.split('.').slice(1)) {
      if (part.length >= 12) this.planted.set(part, place);
    }
    return token;
  }

  /** @returns the places whose values are in the text, each once */
  foundIn(text: string): string[] {
    // An address in lower case is still personal data.
    const folded = text.toLowerCase();
    const found = [...this.planted].filter(
      ([value]) => text.includes(value) || folded.includes(value),
    );
    return [...new Set(found.map(([, place]) => place))];
  }
}

/** What base64 makes of a word depends on how many bytes stand before it, modulo three. */
function base64Forms(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('x'.repeat(before) + word).toString('base64url');
    // Characters at either end mix with the neighbours’ bits.
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
}
