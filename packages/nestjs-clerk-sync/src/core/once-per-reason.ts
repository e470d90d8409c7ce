/** Limits the reports of an outage, which lasts many attempts, to one for each change of its reason. */
export class OncePerReason {
  private last: string | undefined;

  /** @param cause an error, or why an attempt failed */
  isNew(cause: unknown): boolean {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (reason === this.last) return false;
    this.last = reason;
    return true;
  }

  /** The outage is over: its reason is reported again if it returns. */
  reset(): void {
    this.last = undefined;
  }
}
