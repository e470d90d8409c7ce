import fc from 'fast-check';

/** Text as people and attackers write it: control characters, lone surrogates, space, long ones. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('\0', ' ', '\n', '\u00a0', 'a', '\ud83d', '\ude00', '\ufeff', "'"),
  }),
  fc.nat({ max: 3_000 }).map((length) => 'x'.repeat(length)),
  fc.constantFrom('__proto__', 'constructor', 'null', 'true', '', '{}', '[]'),
);

/** Any JSON, shallow ones mostly. */
export const anyJson = fc.oneof(anyText, fc.jsonValue({ maxDepth: 3 }), fc.constant(null));

/** Times: right, near, far, and none at all. */
export const anyTime = (now: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.integer({ min: now - 70, max: now + 70 }),
    fc.double({ min: now - 70, max: now + 70, noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(now * 1000, 0, -1, 1e300, String(now), '2026-01-02T03:04:05Z'),
    anyJson,
  );

/** Some of these fields, each as its arbitrary says. */
export const someOf = (
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Record<string, unknown>> => fc.record(fields, { requiredKeys: [] });

/** A text that was edited by chance: cut, doubled, filled, or put in another order. */
export function edited(right: string, letters: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const position = fc.nat({ max: right.length });
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('insert' as const), at: position, to: position, text: letters }),
    fc.record({ kind: fc.constant('replace' as const), at: position, to: position, text: letters }),
    fc.record({ kind: fc.constant('cut' as const), at: position, to: position, text: letters }),
    fc.record({ kind: fc.constant('double' as const), at: position, to: position, text: letters }),
  );
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) =>
    edits.reduce((text, { kind, at, to, text: given }) => {
      const [from, until] = [Math.min(at, to), Math.max(at, to)];
      switch (kind) {
        case 'insert':
          return text.slice(0, from) + given + text.slice(from);
        case 'replace':
          return text.slice(0, from) + given + text.slice(from + given.length);
        case 'cut':
          return text.slice(0, from) + text.slice(until);
        case 'double':
          return text.slice(0, until) + text.slice(from);
      }
    }, right),
  );
}

/** Letters that mean something in a token or a header. */
export const tokenLetters = fc.string({
  unit: fc.constantFrom(...'AZaz09-_.=+/ ,;:"~%!'.split('')),
  minLength: 1,
  maxLength: 4,
});

/** The claims of a profile, in all their spellings, right and wrong. */
export const profileClaimsOf = (now: number): fc.Arbitrary<Record<string, unknown>> => {
  const text = fc.oneof({ weight: 3, arbitrary: anyText }, anyJson);
  const spellings =
    'email name fullName full_name firstName first_name lastName last_name imageUrl image_url picture';
  return someOf({
    ...Object.fromEntries(spellings.split(' ').map((name) => [name, text])),
    updatedAt: anyTime(now),
    updated_at: anyTime(now),
  });
};
