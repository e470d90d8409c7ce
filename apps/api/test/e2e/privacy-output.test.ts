import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { Canaries } from '../support/canaries.js';
import { withCanaries } from '../support/canary-api.js';
import { expectUser } from '../support/expect-answer.js';
import { jsonPart } from '@populatte/nestjs-clerk-sync/test/support/jws.js';
import { aProfileToken, type TokenOptions } from '../support/session-token.js';
import { anEvent, type WebhookOptions } from '../support/webhook.js';

const { fixture, canaries, aMarkedUser, send, me, webhook } = withCanaries();

test('headers, cookies and other credentials do not leak', async () => {
  const mark = (name: string): string => canaries.plant(`the header ${name}`);
  const answer = await send('/users/me', {
    headers: {
      cookie: `__session=${mark('cookie')}; __client_uat=${mark('cookie')}`,
      'user-agent': mark('user-agent'),
      referer: `https://${mark('referer')}.example/?email=${mark('referer')}`,
      origin: `https://${mark('origin')}.example`,
      'x-forwarded-for': mark('x-forwarded-for'),
      'x-api-key': mark('x-api-key'),
      'proxy-authorization': `Basic ${mark('proxy-authorization')}`,
      'x-request-id': `${mark('x-request-id')}@people.example`,
    },
  });
  expect(answer.status).toBe(401);
  for (const authorization of [
    `Basic ${mark('authorization')}`,
    `Bearer ${mark('authorization')}`,
    `Bearer ${mark('authorization')}.${mark('authorization')}.${mark('authorization')}`,
    `bearer  ${mark('authorization')} ${mark('authorization')}`,
    mark('authorization'),
  ]) {
    expect((await send('/users/me', { headers: { authorization } })).status).toBe(401);
  }
});

test('paths, queries and bodies do not leak, whether the route exists or not', async () => {
  const mark = (where: string): string => canaries.plant(where);
  const email = (): string => `${mark('a query')}@people.example`;
  const body = (): string => JSON.stringify({ email: email(), token: mark('a body') });
  const json = { 'content-type': 'application/json' };
  await send(`/users/me?token=${mark('a query')}&email=${email()}`);
  await send(`/health/ready?email=${email()}`);
  await send(`/webhooks/clerk?secret=${mark('a query')}`, { method: 'POST', body: body() });
  await send(`/users/${mark('a path')}?email=${email()}`);
  await send(`/${mark('a path')}/../users/me`);
  await send(`/users/%E0%A4%A?email=${email()}&word=${mark('an undecodable URL')}`);
  await send('/users/me', { method: 'POST', headers: json, body: body() });
  await send('/users/me', { method: 'GET', headers: json, body: body() });
  await send('/webhooks/clerk', { method: 'POST', headers: json, body: `{"a":"${mark('a body')}` });
  const large = mark('a body that is too large').padEnd(300_000, 'x');
  expect((await send('/webhooks/clerk', { method: 'POST', body: large })).status).toBe(413);
});

test('malformed HTTP does not leak', async () => {
  const mark = (): string => canaries.plant('malformed HTTP');
  const { hostname, port } = new URL(fixture().api.url);
  const messages = [
    `GET /${mark()} HTTP/9.9\r\n\r\n`,
    `${mark()} / HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${mark()}: ${mark()}\r\n ${mark()}\u0000\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${mark().repeat(2_000)}\r\n\r\n`,
    `POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\nContent-Length: ${mark()}\r\n\r\n`,
  ];
  for (const message of messages) {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('error', () => undefined);
    socket.write(message);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toMatch(/^HTTP\/1\.1 4/);
    expect(canaries.foundIn(received)).toEqual([]);
  }
});

test('session tokens, valid and invalid, do not leak', async () => {
  const { clerk } = fixture();
  const known = aMarkedUser('a good token');
  const extra = { claims: { metadata: { word: canaries.plant('an unused claim') } } };
  const token = await aProfileToken(clerk.key, known, extra);
  const answer = await me('a good token', token);
  expect(expectUser(answer)).toMatchObject(known);

  const claim = (name: string): string => canaries.plant(`the claim ${name}`);
  const header = (name: string): string => canaries.plant(`the token’s header ${name}`);
  const wrong: TokenOptions[] = [
    ...['azp', 'iss', 'exp', 'nbf', 'iat', 'sts'].map((name) => ({
      claims: { [name]: claim(name) },
    })),
    { claims: { sub: `${claim('sub')} with spaces` } },
    { claims: { sub: { [claim('sub')]: claim('sub') } } },
    { claims: { sid: { [claim('sid')]: claim('sid') } } },
    { claims: { exp: 1, email: `${claim('email')}@people.example` } },
    ...['kid', 'cat', 'typ'].map((name) => ({ header: { [name]: header(name) } })),
    { header: { jku: `https://${header('jku')}.example/keys` } },
  ];
  for (const options of wrong) {
    const forged = await aProfileToken(clerk.key, aMarkedUser('a bad token'), options);
    const { status } = await me('a bad token', forged);
    // An embedded jku is ignored.
    expect(status).toBe(options.header?.['jku'] === undefined ? 401 : 200);
  }

  const [, , signature = ''] = token.split('.');
  const payload = jsonPart({ email: `${claim('email')}@people.example` });
  for (const first of [
    jsonPart({ alg: header('alg'), kid: clerk.key.kid }),
    jsonPart({ alg: 'RS256', kid: clerk.key.kid, crit: [header('crit')], [header('crit')]: 1 }),
    jsonPart({ alg: 'none' }),
    Buffer.from(`{"${header('broken JSON')}`).toString('base64url'),
  ]) {
    expect((await me('a forged token', `${first}.${payload}.${signature}`)).status).toBe(401);
  }
});

test('webhooks, valid and invalid, do not leak', async () => {
  const word = (field: string): string => canaries.plant(`a webhook’s ${field}`);
  const clerkUser = aMarkedUser('a webhook');
  const user = clerkUserJson(clerkUser, Date.now(), {
    phone_numbers: [{ phone_number: word('phone number') }],
    external_accounts: [{ email_address: `${word('account')}@people.example` }],
    private_metadata: { word: word('private metadata') },
    unsafe_metadata: { word: word('unsafe metadata') },
    last_sign_in_ip: word('address'),
  });
  expect((await webhook(anEvent('user.created', user))).status).toBe(200);
  expect((await webhook(anEvent('user.updated', user))).status).toBe(200);
  const gone = anEvent('user.deleted', { id: clerkUser.clerkId, deleted: true });
  expect((await webhook(gone)).status).toBe(200);
  expect((await webhook(anEvent(word('type'), user))).status).toBe(200);

  const bodies = [
    `{"type":"${word('broken JSON')}`,
    word('text that is not JSON'),
    JSON.stringify({ type: { [word('key')]: 1 }, data: user }),
    JSON.stringify([word('list')]),
    anEvent('user.updated', word('data')),
    anEvent('user.updated', { ...user, id: `${word('id')} with spaces` }),
    anEvent('user.updated', { ...user, updated_at: word('updated_at') }),
    anEvent('user.updated', { ...user, email_addresses: word('addresses') }),
    anEvent('user.deleted', { id: { [word('id')]: word('id') } }),
    Buffer.concat([Buffer.from(word('body that is not UTF-8')), Buffer.from([0xff])]),
  ];
  for (const body of bodies) expect((await webhook(body)).status).toBe(400);

  const refused: WebhookOptions[] = [
    { secret: `whsec_${Buffer.from(word('secret')).toString('base64')}` },
    { headers: { 'svix-id': word('id header') } },
    { headers: { 'svix-timestamp': word('timestamp') } },
    { headers: { 'svix-signature': `v1,${word('signature')}` } },
    { headers: { 'svix-signature': word('signature') } },
  ];
  for (const options of refused) {
    expect((await webhook(anEvent('user.created', user), options)).status).toBe(400);
  }
});

test('the search finds a marked value that leaks', () => {
  const { api } = fixture();
  const own = new Canaries();
  own.plantWhole('the API’s address', api.url);
  expect(own.foundIn(api.written)).toEqual(['the API’s address']);
  const word = own.plant('a word');
  for (const before of ['', '1', '12', '123']) {
    const encoded = Buffer.from(`${before}${word}, and more`).toString('base64');
    expect(own.foundIn(`… ${encoded} …`)).toEqual(['a word']);
  }
  expect(own.foundIn('nothing')).toEqual([]);
});
