import { connect, type Socket } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: ?(\d+)/i;

/** Size of the read buffer, in bytes. */
const readBuffer = 16 * 1024;

/** A kept-alive HTTP/1.1 connection that sends prepared bytes, one request after the other. */
export class HttpConnection {
  private readonly socket: Socket;
  private received: Buffer | undefined;

  /**
   * @param onAnswer receives the status of each complete response
   * @param onFailure receives the reason when the connection fails
   */
  constructor(
    target: { readonly host: string; readonly port: number },
    onOpen: () => void,
    private readonly onAnswer: (status: number) => void,
    private readonly onFailure: (reason: string) => void,
  ) {
    this.socket = connect({
      ...target,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(readBuffer),
        callback: (size, buffer) => {
          this.read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
          return true;
        },
      },
    });
    this.socket.once('connect', onOpen);
    this.socket.on('error', (error) => {
      onFailure(error.message);
    });
    this.socket.on('close', () => {
      onFailure('The server closed a connection.');
    });
  }

  send(request: Uint8Array): void {
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    // The buffer is reused for the next read, so incomplete data is copied.
    const bytes = this.received === undefined ? chunk : Buffer.concat([this.received, chunk]);
    const end = bytes.indexOf(headEnd);
    if (end === -1) {
      this.received = Buffer.from(bytes);
      return;
    }
    const head = bytes.toString('latin1', 0, end);
    const length = contentLength.exec(head)?.[1];
    if (length === undefined) {
      this.onFailure(`A response has no Content-Length: ${head.split('\r\n', 1)[0] ?? ''}`);
      return;
    }
    if (bytes.length < end + headEnd.length + Number(length)) {
      this.received = Buffer.from(bytes);
      return;
    }
    this.received = undefined;
    this.onAnswer(Number(head.slice(9, 12)));
  }
}
