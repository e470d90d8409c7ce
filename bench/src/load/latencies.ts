/** Times of one run, in milliseconds. */
export class Latencies {
  private values = new Float64Array(1 << 16);
  private length = 0;

  add(milliseconds: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = milliseconds;
    this.length += 1;
  }

  /** @param shares such as 0.99; @returns the corresponding percentiles */
  quantiles(...shares: readonly number[]): number[] {
    const sorted = this.values.slice(0, this.length).sort();
    return shares.map((share) => sorted[Math.floor((this.length - 1) * share)] ?? 0);
  }
}
