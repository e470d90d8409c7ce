/** The result of one check. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** A sentence that names the wrong variable and contains no secret. */
  readonly text: string;
  /** The fix; absent if none is needed. */
  readonly fix?: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string, fix: string): Finding => ({ level: 'warning', text, fix });
export const problem = (text: string, fix: string): Finding => ({ level: 'problem', text, fix });
