import type { OutgoingHttpHeaders } from 'node:http';

/** A valid token, sent to the API in an unaccepted way. */
export interface AuthorizationForm {
  readonly name: string;
  readonly code: 'token_missing' | 'token_invalid';
  readonly headers: (token: string) => OutgoingHttpHeaders;
  readonly path?: (token: string) => string;
}

type Value = readonly [name: string, make: (token: string) => string];

const ways = (...values: readonly Value[]): readonly Value[] => values;

const refused = (
  code: AuthorizationForm['code'],
  ...values: readonly Value[]
): AuthorizationForm[] =>
  values.map(([name, make]) => ({
    name,
    code,
    headers: (token) => ({ authorization: make(token) }),
  }));

const elsewhere = (
  name: string,
  headers: AuthorizationForm['headers'],
  path?: (token: string) => string,
): AuthorizationForm => ({ name, code: 'token_missing', headers, ...(path && { path }) });

/** Header values, for the function that reads it and over HTTP. */
export const authorizationValues: readonly AuthorizationForm[] = [
  ...refused(
    'token_missing',
    ['nothing', () => ''],
    ['the token without a scheme', (token) => token],
    ['the scheme alone', () => 'Bearer'],
    ['the scheme and a space', () => 'Bearer '],
    ['the scheme and a tab', () => 'Bearer\t'],
    ['the scheme glued to the token', (token) => `Bearer${token}`],
    ['a colon after the scheme', (token) => `Bearer:${token}`],
    ['a colon and a space after the scheme', (token) => `Bearer: ${token}`],
    ['an equals sign after the scheme', (token) => `Bearer=${token}`],
    ['a comma after the scheme', (token) => `Bearer,${token}`],
    ['the scheme in quotes', (token) => `"Bearer" ${token}`],
    ['Basic', (token) => `Basic ${Buffer.from(`${token}:`).toString('base64')}`],
    ['Basic with the token as it is', (token) => `Basic ${token}`],
    ['Token', (token) => `Token ${token}`],
    ['JWT', (token) => `JWT ${token}`],
    ['DPoP', (token) => `DPoP ${token}`],
    ['Digest', (token) => `Digest token="${token}"`],
    ['Negotiate', (token) => `Negotiate ${token}`],
    ['another scheme before', (token) => `Token Bearer ${token}`],
    ['a scheme that begins so', (token) => `BearerX ${token}`],
    ['a scheme that ends so', (token) => `XBearer ${token}`],
    ['a list that begins with another scheme', (token) => `Basic dTpw, Bearer ${token}`],
  ),
  ...refused(
    'token_invalid',
    ['the token twice', (token) => `Bearer ${token} ${token}`],
    ['the token twice, with a comma', (token) => `Bearer ${token},${token}`],
    ['the token twice, with comma and space', (token) => `Bearer ${token}, ${token}`],
    ['the token twice, with a tab', (token) => `Bearer ${token}\t${token}`],
    ['the header twice in one', (token) => `Bearer ${token}, Bearer ${token}`],
    ['the scheme twice', (token) => `Bearer Bearer ${token}`],
    ['the token in quotes', (token) => `Bearer "${token}"`],
    ['the token in brackets', (token) => `Bearer <${token}>`],
    ['the token as a parameter', (token) => `Bearer token=${token}`],
    ['the token as a parameter in quotes', (token) => `Bearer access_token="${token}"`],
    ['the token and a parameter', (token) => `Bearer ${token}, realm="x"`],
    ['a comma after the token', (token) => `Bearer ${token},`],
    ['a semicolon after the token', (token) => `Bearer ${token};`],
    ['another token before it', (token) => `Bearer x ${token}`],
    ['null', () => 'Bearer null'],
    ['undefined', () => 'Bearer undefined'],
    ['an object', () => 'Bearer [object Object]'],
    ['a space of no break', (token) => `Bearer \u00a0${token}`],
  ),
];

/**
 * Other places in a request: a token counts in only one place (RFC 6750, 2.3; CSRF, proxy logs).
 */
export const otherPlaces: readonly AuthorizationForm[] = [
  elsewhere('no header', () => ({})),
  elsewhere('Clerk’s cookie', (token) => ({ cookie: `__session=${token}` })),
  elsewhere('Clerk’s cookie of an instance', (token) => ({ cookie: `__session_abcd=${token}` })),
  elsewhere('a cookie by the header’s name', (token) => ({
    cookie: `authorization=Bearer ${token}`,
  })),
  elsewhere('Proxy-Authorization', (token) => ({ 'proxy-authorization': `Bearer ${token}` })),
  elsewhere('X-Authorization', (token) => ({ 'x-authorization': `Bearer ${token}` })),
  elsewhere('X-Access-Token', (token) => ({ 'x-access-token': token })),
  elsewhere('X-Forwarded-Authorization', (token) => ({
    'x-forwarded-authorization': `Bearer ${token}`,
  })),
  elsewhere('X-Original-Authorization', (token) => ({
    'x-original-authorization': `Bearer ${token}`,
  })),
  elsewhere('X-Clerk-Auth-Token', (token) => ({ 'x-clerk-auth-token': token })),
  elsewhere('a header of CGI', (token) => ({ HTTP_AUTHORIZATION: `Bearer ${token}` })),
  elsewhere('the protocol of a WebSocket', (token) => ({
    'sec-websocket-protocol': `bearer, ${token}`,
  })),
  elsewhere(
    'the query, as access_token',
    () => ({}),
    (token) => `/users/me?access_token=${token}`,
  ),
  elsewhere(
    'the query, as token',
    () => ({}),
    (token) => `/users/me?token=${token}`,
  ),
  elsewhere(
    'the query, as Clerk’s own',
    () => ({}),
    (token) => `/users/me?__session=${token}`,
  ),
  elsewhere(
    'the query, as authorization',
    () => ({}),
    (token) => `/users/me?authorization=Bearer%20${token}`,
  ),
  elsewhere('a header that says who one is', () => ({
    'x-user-id': 'user_victim',
    'x-clerk-user-id': 'user_victim',
  })),
  {
    name: 'two headers',
    code: 'token_invalid',
    headers: (token) => ({ Authorization: [`Bearer ${token}`, `Bearer ${token}`] }),
  },
  {
    name: 'a right header before a wrong one',
    code: 'token_invalid',
    headers: (token) => ({ Authorization: [`Bearer ${token}`, 'Bearer x'] }),
  },
  {
    name: 'a wrong header before a right one',
    code: 'token_invalid',
    headers: (token) => ({ Authorization: ['Basic dTpw', `Bearer ${token}`] }),
  },
];

/** The accepted ways (RFC 9110, 11.1 and 5.6.3). */
export const acceptedValues = ways(
  ['Bearer', (token) => `Bearer ${token}`],
  ['bearer', (token) => `bearer ${token}`],
  ['BEARER', (token) => `BEARER ${token}`],
  ['bEaReR', (token) => `bEaReR ${token}`],
  ['several spaces', (token) => `Bearer    ${token}`],
  ['a tab', (token) => `Bearer\t${token}`],
  ['space around it', (token) => ` Bearer ${token} `],
);
