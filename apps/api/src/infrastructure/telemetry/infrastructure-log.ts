/** What adapters tell the operator about their dependencies. Causes are logged without the data they may hold. */
export interface InfrastructureLog {
  info(message: string): void;
  warn(message: string, cause?: unknown): void;
  error(message: string, cause?: unknown): void;
}
