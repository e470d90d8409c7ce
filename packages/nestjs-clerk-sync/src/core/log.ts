/** The log of adapters, about their dependencies. */
export abstract class InfrastructureLog {
  abstract info(message: string): void;

  /** @param cause logged without the data that it may contain */
  abstract warn(message: string, cause?: unknown): void;

  /** @param cause logged without the data that it may contain */
  abstract error(message: string, cause?: unknown): void;
}
