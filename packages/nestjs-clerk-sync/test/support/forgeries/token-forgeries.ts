import { algorithms } from './algorithms.js';
import { identityClaims } from './claims.js';
import type { Forgery } from './forgery.js';
import { encodings, jsonForms, sizes, wrappings } from './forms.js';
import { headerFields } from './header-fields.js';
import { keys } from './keys.js';
import { signatures } from './signatures.js';
import { timeClaims } from './times.js';

/** Every forged token of the tests, by the forged part (RFC 8725 and the contract's checks). */
export const tokenForgeries: readonly (readonly [group: string, forgeries: readonly Forgery[]])[] =
  [
    ['the algorithm', algorithms],
    ['the key', keys],
    ['the signature', signatures],
    ['the header’s other fields', headerFields],
    ['the times', timeClaims],
    ['the identity', identityClaims],
    ['the JSON', jsonForms],
    ['the encoding', encodings],
    ['the wrapping', wrappings],
    ['the size', sizes],
  ];

/** The forgeries that a verifier with a single key, which ignores `kid`, must also refuse. */
export const keylessForgeries: readonly Forgery[] = [
  ...algorithms.filter(({ name }) => /^(?:alg none|HS|RS|PS|ES)/.test(name)),
  ...keys.filter(({ name }) => name.startsWith('the forger’s signature')),
  ...signatures,
];
