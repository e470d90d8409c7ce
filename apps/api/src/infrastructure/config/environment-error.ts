/** An environment variable that is missing or invalid. */
export interface EnvironmentProblem {
  readonly variable: string;
  /** What is wrong, as the end of a sentence that begins with the variable's name; never its value. */
  readonly problem: string;
  /** What to do about it. */
  readonly mend: string;
}

/** The environment is invalid. The message is for the operator. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly EnvironmentProblem[]) {
    const lines = problems.map(
      ({ variable, problem, mend }) => `  ${variable} ${problem}.\n    ${mend}`,
    );
    super(
      [
        'Cannot start: invalid environment variables.',
        ...lines,
        '.env.example lists all variables. `npm start` needs none of them: it runs a local database and a local Clerk.',
      ].join('\n\n'),
    );
    this.name = 'EnvironmentError';
  }
}
