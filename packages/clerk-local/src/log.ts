/** Takes one line. Lines hold no secret, token or personal data. */
export type Log = (line: string) => void;

/** For callers who want none. */
export const silent: Log = () => undefined;
