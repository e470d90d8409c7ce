/** The result of one check. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** A sentence; it names the variable that is wrong, and no secret. */
  readonly text: string;
  /** What to do; absent if nothing is. */
  readonly fix?: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string, fix: string): Finding => ({ level: 'warning', text, fix });
export const problem = (text: string, fix: string): Finding => ({ level: 'problem', text, fix });
