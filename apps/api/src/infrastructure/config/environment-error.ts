/** One environment variable that keeps the process from starting. */
export interface EnvironmentProblem {
  readonly variable: string;
  /** What is wrong, as the end of a sentence that begins with the variable's name; never its value. */
  readonly problem: string;
  /** What to do about it. */
  readonly mend: string;
}

/** The environment is not as it must be. The message is for the person who starts the process. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly EnvironmentProblem[]) {
    const lines = problems.map(
      ({ variable, problem, mend }) => `  ${variable} ${problem}.\n    ${mend}`,
    );
    super(
      [
        'The API cannot start: its environment needs mending.',
        ...lines,
        'All variables are listed in .env.example; `npm start` brings a local database and a local Clerk.',
      ].join('\n\n'),
    );
    this.name = 'EnvironmentError';
  }
}
