import { until } from '@populatte/process-kit';
import { connect, type Socket } from 'node:net';

/** A TCP connection for arbitrary input: in pieces, malformed, or without reading. */
export class RawConnection {
  private text = '';
  private ended = false;
  private failure: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket
      .setEncoding('latin1')
      .on('data', (chunk: string) => (this.text += chunk))
      .on('error', (error) => (this.failure = error))
      .on('close', () => (this.ended = true));
  }

  /** Connects to the server at this URL. Resolves once the connection is established. */
  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    // An IPv6 address has brackets in a URL only.
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(port) });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return new RawConnection(socket);
  }

  /** Everything that was received so far. */
  get received(): string {
    return this.text;
  }

  get closed(): boolean {
    return this.ended;
  }

  /** The error that broke the connection, such as ECONNRESET. */
  get error(): Error | undefined {
    return this.failure;
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Stops reading, so that the server's data stays unread. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /**
   * Sends text and resolves with the whole response, which ends by its length or with the
   * connection.
   */
  async exchange(text: string): Promise<string> {
    const from = this.text.length;
    this.write(text);
    await until('the answer is complete', () => {
      if (this.failure !== undefined) throw this.failure;
      return isComplete(this.text.slice(from)) || this.ended;
    });
    return this.text.slice(from);
  }
}

function isComplete(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, end))?.[1];
  return length !== undefined && answer.length >= end + 4 + Number(length);
}
