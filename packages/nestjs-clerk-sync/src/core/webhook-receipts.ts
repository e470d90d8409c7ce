/** When Clerk's webhooks arrive, for all processes that share the database. */
export abstract class WebhookReceipts {
  /** Records that an authentic webhook arrived now. Never fails, and nothing waits for it. */
  abstract received(): void;

  /**
   * @returns when the last authentic webhook arrived at any process, in milliseconds since the epoch, to
   *   a few seconds; null if none has, or if it is not known
   */
  abstract lastReceivedAt(): Promise<number | null>;
}
