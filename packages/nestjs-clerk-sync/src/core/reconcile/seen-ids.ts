/** Initial and maximum number of slots; each takes 8 bytes. */
const initialSlots = 1 << 16;
const maxSlots = 1 << 23;

/**
 * Remembers ids in bounded memory: a hash of 64 bits per id, in at most 64 MB. Once it is full,
 * further ids are not remembered, so `has` may answer false for an id that was added.
 */
export class SeenIds {
  private slots: BigUint64Array;
  private size = 0;

  /**
   * @param slots initial number; more are added as it fills
   * @param most maximum number; half of them are used
   */
  constructor(
    slots = initialSlots,
    private readonly most = maxSlots,
  ) {
    this.slots = new BigUint64Array(slots);
  }

  /** Whether there is no room for further ids. */
  get isFull(): boolean {
    return this.size * 2 >= this.most;
  }

  /** @returns whether the id was added now; false if it was already known or there is no room */
  add(id: string): boolean {
    if (this.size * 2 >= this.slots.length && !this.grow()) return false;
    return this.insert(hash(id));
  }

  has(id: string): boolean {
    const value = hash(id);
    for (let slot = this.slotOf(value); ; slot = (slot + 1) % this.slots.length) {
      const stored = this.slots[slot];
      if (stored === value) return true;
      if (stored === 0n) return false;
    }
  }

  private insert(value: bigint): boolean {
    for (let slot = this.slotOf(value); ; slot = (slot + 1) % this.slots.length) {
      const stored = this.slots[slot];
      if (stored === value) return false;
      if (stored !== 0n) continue;
      this.slots[slot] = value;
      this.size += 1;
      return true;
    }
  }

  private grow(): boolean {
    if (this.slots.length >= this.most) return false;
    const before = this.slots;
    this.slots = new BigUint64Array(before.length * 2);
    this.size = 0;
    for (const value of before) if (value !== 0n) this.insert(value);
    return true;
  }

  private slotOf(value: bigint): number {
    return Number(value % BigInt(this.slots.length));
  }
}

/** Two 32-bit multiplicative hashes with a common final mix. Never 0, which marks a free slot. */
function hash(id: string): bigint {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  const high =
    Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  const low =
    Math.imul(other ^ (other >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return value === 0n ? 1n : value;
}
