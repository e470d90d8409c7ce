/** When Clerk's webhooks arrive, for all processes that share the database. */
export abstract class WebhookReceipts {
  /** Records that an authentic webhook arrived now. Never fails, and callers do not wait for it. */
  abstract received(): void;

  /**
   * @returns when the last authentic webhook arrived at any process, in milliseconds since the
   *   epoch, accurate to a few seconds; 0 if none has, null until the database has been read
   */
  abstract lastReceivedAt(): Promise<number | null>;
}
