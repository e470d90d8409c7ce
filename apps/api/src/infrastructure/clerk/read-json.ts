/**
 * Reads an answer's JSON for as long as a signal allows. The request's own signal is not enough:
 * once the headers are there, Node's fetch holds it weakly, so that after a garbage collection a
 * body that never ends is waited for without limit (seen on Node 20).
 *
 * @param signal the request's
 * @throws the signal's reason, or what fetch throws on a body that breaks off or is no JSON
 */
export async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), {
    signal,
  });
  return new Response(body).json();
}
