/** When the database has this release's schema: notifications need its triggers. */
export class SchemaReady {
  /** Resolves once the migrations are applied, or are not this process's task. */
  readonly reached: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Called once the schema is up to date. */
  reach(): void {
    this.resolve();
  }
}
