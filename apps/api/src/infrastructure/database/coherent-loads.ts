interface Load<T> {
  readonly result: Promise<T>;
  overtaken: boolean;
}

/**
 * What is being loaded about somebody. Those who want the same meanwhile share it, and what a change
 * overtakes is neither shared any longer nor kept: it may have been read before that change.
 */
export class CoherentLoads<T> {
  /** By whom they are about, and then by what is asked. */
  private readonly underWay = new Map<string, Map<string, Load<T>>>();

  /**
   * @param clerkId whom it is about
   * @param question tells different loads about the same person apart
   * @param work begun unless the same is under way
   * @param onResult is given the result, and whether a change has overtaken it
   * @returns the result, and whether somebody else had begun
   */
  run(
    clerkId: string,
    question: string,
    work: () => Promise<T>,
    onResult: (result: T, overtaken: boolean) => void,
  ): { readonly result: Promise<T>; readonly shared: boolean } {
    const group = this.groupOf(clerkId);
    const running = group.get(question);
    if (running !== undefined) return { result: running.result, shared: true };

    const load: Load<T> = {
      overtaken: false,
      result: work().then(
        (result) => {
          this.end(clerkId, group, question);
          onResult(result, load.overtaken);
          return result;
        },
        (cause: unknown) => {
          this.end(clerkId, group, question);
          throw cause;
        },
      ),
    };
    group.set(question, load);
    return { result: load.result, shared: false };
  }

  /** Nothing that is being loaded about this person is what it was. */
  overtake(clerkId: string): void {
    const group = this.underWay.get(clerkId);
    if (group === undefined) return;
    for (const load of group.values()) load.overtaken = true;
    this.underWay.delete(clerkId);
  }

  overtakeAll(): void {
    for (const clerkId of [...this.underWay.keys()]) this.overtake(clerkId);
  }

  private groupOf(clerkId: string): Map<string, Load<T>> {
    let group = this.underWay.get(clerkId);
    if (group === undefined) {
      group = new Map();
      this.underWay.set(clerkId, group);
    }
    return group;
  }

  private end(clerkId: string, group: Map<string, Load<T>>, question: string): void {
    group.delete(question);
    if (group.size === 0 && this.underWay.get(clerkId) === group) this.underWay.delete(clerkId);
  }
}
