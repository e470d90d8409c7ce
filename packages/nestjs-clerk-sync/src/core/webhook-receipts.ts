/** When Clerk's webhooks arrive, for all processes that share the database. */
export abstract class WebhookReceipts {
  /** Records that an authentic webhook arrived now. Never fails, and callers do not wait for it. */
  abstract received(): void;

  /**
   * @returns when the last authentic webhook arrived at any process, in milliseconds since the
   *   epoch, accurate to a few seconds; null if none has or it is unknown
   */
  abstract lastReceivedAt(): Promise<number | null>;
}
