import type pg from 'pg';

/** Parsers by the id of the type. Values of all other types stay text. */
const parsers: ReadonlyMap<number, (value: unknown) => unknown> = new Map<
  number,
  (value: unknown) => unknown
>([
  // bool
  [16, (value): boolean => value === 't'],
  // int2, int4, float8
  ...[21, 23, 701].map((id) => [id, Number] as const),
  // json, jsonb
  ...[114, 3802].map((id) => [id, parsed] as const),
]);

/**
 * How the module's own statements read results. The driver's parsers are those of the process or of the
 * pool, and an application may have replaced them: `types.setTypeParser()`, or `types` of `pg.Pool`.
 */
export const ownTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number) => parsers.get(id) ?? String,
};

function parsed(value: unknown): unknown {
  return JSON.parse(String(value));
}
