/** A response as Express has it: Node's own, with `setHeader`. */
export class ExpressResponse {
  readonly headers: Record<string, string> = {};

  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
}

/** A reply as Fastify has it: with `header`, around Node's response. */
export class FastifyReply {
  readonly headers: Record<string, string> = {};
  readonly raw = {};

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }
}
