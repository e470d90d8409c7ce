import type { ClerkLocal } from '../../../src/index.js';
import { totpCode } from '../../../src/domain/users/totp.js';
import { create } from '../../backend-api/conformance/setup.js';
import {
  ada,
  aSignedInBrowser,
  BrowserClient,
  testCode,
  type Form,
} from '../support/browser-client.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const secret = 'JBSWY3DPEHPK3PXP';
const verifyPath = '/client/sessions/{session_id}/verify';
const phonePath = '/me/phone_numbers/{phone_number_id}';
const phone = { phone_number: '+15555550100' };

async function started(
  clerk: ClerkLocal,
  level: string,
): Promise<{ browser: BrowserClient; path: string }> {
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  const path = `/v1/client/sessions/${sessionId}/verify`;
  await browser.call(`POST ${path}`, { level });
  return { browser, path };
}

function firstFactor(action: string, form: Form): FrontendCase['arrange'] {
  return async (clerk) => {
    const { browser, path } = await started(clerk, 'first_factor');
    return { browser, path: `${path}${action}`, form };
  };
}

/** Signs in with a password and a code of an authenticator app, and adds a number for codes. */
async function withSecondFactor(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; path: string; phoneId: string }> {
  await create(clerk, '/v1/users', { ...ada, totp_secret: secret });
  const browser = await BrowserClient.register(clerk);
  const signIn = await browser.startSignIn();
  const { password } = ada;
  await browser.call(`POST ${signIn}/attempt_first_factor`, { strategy: 'password', password });
  const { body } = await browser.call(`POST ${signIn}/attempt_second_factor`, {
    strategy: 'totp',
    code: totpCode(secret, Date.now()),
  });
  const phoneId = await browser.create('POST /v1/me/phone_numbers', {
    ...phone,
    reserved_for_second_factor: 'true',
  });
  await browser.call(`POST /v1/me/phone_numbers/${phoneId}/prepare_verification`, {
    strategy: 'phone_code',
  });
  await browser.call(`POST /v1/me/phone_numbers/${phoneId}/attempt_verification`, {
    code: testCode,
  });
  const id = /sess_[0-9A-Za-z]+/.exec(JSON.stringify(body))?.[0] ?? '';
  return { browser, path: `/v1/client/sessions/${id}/verify`, phoneId };
}

function secondFactor(action: string, form: Form, sent = false): FrontendCase['arrange'] {
  return async (clerk) => {
    const { browser, path } = await withSecondFactor(clerk);
    await browser.call(`POST ${path}`, { level: 'second_factor' });
    if (sent) await browser.call(`POST ${path}/prepare_second_factor`, { strategy: 'phone_code' });
    return { browser, path: `${path}${action}`, form };
  };
}

function aPhone(action: string, form?: Form, sent = false): FrontendCase['arrange'] {
  return async (clerk) => {
    const { browser } = await aSignedInBrowser(clerk);
    const id = await browser.create('POST /v1/me/phone_numbers', phone);
    const path = `/v1/me/phone_numbers/${id}`;
    if (sent) await browser.call(`POST ${path}/prepare_verification`, { strategy: 'phone_code' });
    return { browser, path: `${path}${action}`, ...(form && { form }) };
  };
}

/** A sign-in that waits for the code of a second factor. */
const secondCode: FrontendCase['arrange'] = async (clerk): Promise<FrontendCall> => {
  const { browser: first } = await withSecondFactor(clerk);
  await first.call('DELETE /v1/client/sessions');
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignIn();
  const { password } = ada;
  await browser.call(`POST ${path}/attempt_first_factor`, { strategy: 'password', password });
  return { browser, path: `${path}/prepare_second_factor`, form: { strategy: 'phone_code' } };
};

/** Reverification, second factors by text message, and the user's phone numbers. */
export const reverificationCases: readonly FrontendCase[] = [
  {
    route: 'GET /v1/health',
    status: 200,
    arrange: (clerk) => Promise.resolve({ browser: new BrowserClient(clerk, undefined) }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify',
    published: verifyPath,
    status: 200,
    arrange: firstFactor('', { level: 'multi_factor' }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify/prepare_first_factor',
    published: `${verifyPath}/prepare_first_factor`,
    status: 200,
    arrange: firstFactor('/prepare_first_factor', { strategy: 'email_code' }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify/attempt_first_factor',
    published: `${verifyPath}/attempt_first_factor`,
    status: 200,
    arrange: firstFactor('/attempt_first_factor', { strategy: 'password', password: ada.password }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify/attempt_first_factor',
    published: `${verifyPath}/attempt_first_factor`,
    status: 422,
    arrange: firstFactor('/attempt_first_factor', { strategy: 'password', password: 'wrong' }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify/prepare_second_factor',
    published: `${verifyPath}/prepare_second_factor`,
    status: 200,
    arrange: secondFactor('/prepare_second_factor', { strategy: 'phone_code' }),
  },
  {
    route: 'POST /v1/client/sessions/:id/verify/attempt_second_factor',
    published: `${verifyPath}/attempt_second_factor`,
    status: 200,
    arrange: secondFactor(
      '/attempt_second_factor',
      { strategy: 'phone_code', code: testCode },
      true,
    ),
  },
  {
    route: 'POST /v1/client/sign_ins/:id/prepare_second_factor',
    published: '/client/sign_ins/{sign_in_id}/prepare_second_factor',
    status: 200,
    arrange: secondCode,
  },
  {
    route: 'GET /v1/me/phone_numbers',
    status: 200,
    arrange: async (clerk) => ({ browser: (await withSecondFactor(clerk)).browser }),
  },
  {
    route: 'POST /v1/me/phone_numbers',
    status: 200,
    arrange: async (clerk) => ({ browser: (await aSignedInBrowser(clerk)).browser, form: phone }),
  },
  { route: 'GET /v1/me/phone_numbers/:id', published: phonePath, status: 200, arrange: aPhone('') },
  {
    route: 'PATCH /v1/me/phone_numbers/:id',
    published: phonePath,
    status: 200,
    arrange: aPhone('', { default_second_factor: 'true' }),
  },
  {
    route: 'DELETE /v1/me/phone_numbers/:id',
    published: phonePath,
    status: 200,
    arrange: aPhone(''),
  },
  {
    route: 'POST /v1/me/phone_numbers/:id/prepare_verification',
    published: `${phonePath}/prepare_verification`,
    status: 200,
    arrange: aPhone('/prepare_verification', { strategy: 'phone_code' }),
  },
  {
    route: 'POST /v1/me/phone_numbers/:id/attempt_verification',
    published: `${phonePath}/attempt_verification`,
    status: 200,
    arrange: aPhone('/attempt_verification', { code: testCode }, true),
  },
];
