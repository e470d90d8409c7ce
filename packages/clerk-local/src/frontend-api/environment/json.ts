/** A fixed part of an answer. */
export type JsonObject = Readonly<Record<string, unknown>>;
