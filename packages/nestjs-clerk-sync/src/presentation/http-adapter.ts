import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/**
 * Calls back once the application has its adapter, before routes are registered. A testing module gets
 * it after its providers; the first releases of Nest 11 have no event for that, so there the callback
 * sees none.
 *
 * @param use receives null in an application without HTTP, such as a worker
 */
export function onHttpAdapter(
  host: HttpAdapterHost,
  use: (adapter: AbstractHttpAdapter | null) => void,
): void {
  const current = (): AbstractHttpAdapter | null =>
    (host.httpAdapter as AbstractHttpAdapter | undefined) ?? null;
  const { init$ } = host as Partial<HttpAdapterHost>;
  if (init$ === undefined) {
    use(current());
    return;
  }
  init$.subscribe(() => {
    use(current());
  });
}
