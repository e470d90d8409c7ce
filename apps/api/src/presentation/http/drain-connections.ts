import type { FastifyInstance } from 'fastify';

/**
 * Ends connections once the server closes and nothing is in flight. Node alone waits for those that
 * a client keeps open after an answer, or has opened without sending anything: over a minute.
 */
export function drainConnections(fastify: FastifyInstance): void {
  let inFlight = 0;
  let closing = false;

  const endWhenIdle = (): void => {
    // Only after the answer that has just been finished is on its way.
    setImmediate(() => {
      if (closing && inFlight === 0) fastify.server.closeAllConnections();
    });
  };

  const settled = (): void => {
    inFlight -= 1;
    if (closing) endWhenIdle();
  };

  fastify.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1;
    // `close` comes after an answer and also when the client has left; onResponse only after an answer.
    reply.raw.once('close', settled);
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    endWhenIdle();
    done();
  });
}
