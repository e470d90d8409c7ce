import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadAnswer, type LoadAnswer, type LoadCommand, type LoadResult } from './messages.js';

export type RunOptions = Omit<Extract<LoadCommand, { kind: 'run' }>, 'kind'>;
export type ConnectOptions = Omit<Extract<LoadCommand, { kind: 'connect' }>, 'kind'>;

/** The scenarios' handle of the load generator's process. */
export class LoadGenerator {
  private constructor(private readonly child: ChildProcess) {}

  static start(): LoadGenerator {
    return new LoadGenerator(fork(fileURLToPath(new URL('load-process.js', import.meta.url))));
  }

  /** Opens connections, does the work, and closes them. */
  async connected<T>(options: ConnectOptions, work: () => Promise<T>): Promise<T> {
    try {
      await this.send({ kind: 'connect', ...options });
      return await work();
    } finally {
      await this.send({ kind: 'disconnect' });
    }
  }

  /** @throws Error if any response is not 200 or a connection breaks */
  async run(options: RunOptions): Promise<LoadResult> {
    const answer = await this.send({ kind: 'run', ...options });
    if (answer.kind !== 'result') throw new Error('The load generator gave no result.');
    return answer;
  }

  stop(): void {
    this.child.kill();
  }

  private send(command: LoadCommand): Promise<LoadAnswer> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => {
        reject(new Error('The load generator ended.'));
      };
      this.child.once('exit', onExit);
      this.child.once('message', (message) => {
        this.child.off('exit', onExit);
        const answer = loadAnswer.parse(message);
        if (answer.kind === 'failed') reject(new Error(answer.reason));
        else resolve(answer);
      });
      this.child.send(command);
    });
  }
}
