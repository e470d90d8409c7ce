/** A program failed or was not ready in time. The message includes its latest output. */
export class ProgramError extends Error {
  override readonly name: string = 'ProgramError';

  /** @param reason the message without the output */
  constructor(
    readonly reason: string,
    output: string,
  ) {
    super(`${reason} Its last output:\n${output}`);
  }
}

/** A program exited, so waiting for it is pointless. */
export class ProgramEndedError extends ProgramError {
  override readonly name = 'ProgramEndedError';
}
