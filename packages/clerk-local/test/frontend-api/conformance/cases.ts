import type { Arrange, FrontendCall, FrontendCase } from './setup.js';
import { frontendOrganizationCases } from './organization-cases.js';
import { deviceCases } from './device-cases.js';
import { passkeyCases } from './passkey-cases.js';
import { walletCases } from './wallet-cases.js';
import { providerCases } from './provider-cases.js';
import { reverificationCases } from './reverification-cases.js';
import { securityCases } from './security-cases.js';
import { callBackendApi } from '../../support/backend-call.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  pageOrigin,
  testCode,
} from '../support/browser-client.js';

type Call = FrontendCall;

const signUpPath = '/client/sign_ups/{sign_up_id}';
const signInPath = '/client/sign_ins/{sign_in_id}';
const sessionPath = '/client/sessions/{session_id}';
const emailPath = '/me/email_addresses/{email_id}';

const registeredBrowser: Arrange = async (clerk) => ({
  browser: await BrowserClient.register(clerk),
});
const unknownBrowser: Arrange = (clerk) =>
  Promise.resolve({ browser: new BrowserClient(clerk, undefined) });

function signedIn(form?: Call['form']): Arrange {
  return async (clerk) => {
    const { browser } = await aSignedInBrowser(clerk);
    return form === undefined ? { browser } : { browser, form };
  };
}

function signedOut(form: NonNullable<Call['form']>): Arrange {
  return async (clerk) => ({
    browser: await aSignedOutBrowser(clerk),
    form,
  });
}

function session(action: string, hasBody = true): Arrange {
  return async (clerk) => {
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const path = `/v1/client/sessions/${sessionId}${action}`;
    return hasBody ? { browser, path, form: {} } : { browser, path };
  };
}

function noSession(action: string): Arrange {
  return async (clerk) => ({
    browser: await BrowserClient.register(clerk),
    path: `/v1/client/sessions/sess_none${action}`,
    form: {},
  });
}

function signUp(action: string, form?: Call['form'], prepare = false): Arrange {
  return async (clerk) => {
    const browser = await BrowserClient.register(clerk);
    const path = await browser.startSignUp();
    const strategy = 'email_code';
    if (prepare) await browser.call(`POST ${path}/prepare_verification`, { strategy });
    return { browser, path: `${path}${action}`, ...(form && { form }) };
  };
}

function signIn(action: string, form?: Call['form']): Arrange {
  return async (clerk) => {
    const browser = await aSignedOutBrowser(clerk);
    const path = await browser.startSignIn();
    return { browser, path: `${path}${action}`, ...(form && { form }) };
  };
}

function secondEmail(action: string, form?: Call['form']): Arrange {
  return async (clerk) => {
    const { browser } = await aSignedInBrowser(clerk);
    const id = await browser.create('POST /v1/me/email_addresses', {
      email_address: 'countess@example.com',
    });
    const path = `/v1/me/email_addresses/${id}`;
    if (action === '/attempt_verification') {
      await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    }
    return { browser, path: `${path}${action}`, ...(form && { form }) };
  };
}

const revocation: Arrange = async (clerk) => {
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  return { browser, path: `/v1/me/sessions/${sessionId}/revoke`, form: {} };
};

const templateToken: Arrange = async (clerk) => {
  const json = { name: 'hasura', claims: {} };
  await callBackendApi(clerk, { method: 'POST', path: '/v1/jwt_templates', json });
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  return { browser, path: `/v1/client/sessions/${sessionId}/tokens/hasura`, form: {} };
};

const serviceToken: Arrange = async (clerk) => {
  const { browser } = await templateToken(clerk);
  return { browser, form: { service: 'hasura' } };
};

const code = { strategy: 'email_code', code: testCode };
const link = { strategy: 'email_link', redirect_url: `${pageOrigin}/verify` };
const password = { strategy: 'password', password: ada.password };

/** Covers every route of the Frontend API. A test fails for a route without a case. */
export const frontendCases: readonly FrontendCase[] = [
  { route: 'GET /v1/environment', status: 200, arrange: unknownBrowser },
  { route: 'PATCH /v1/environment', status: 200, arrange: unknownBrowser },
  { route: 'POST /v1/dev_browser', status: 200, arrange: unknownBrowser },
  { route: 'GET /v1/account_portal', status: 200, arrange: unknownBrowser },
  { route: 'POST /v1/me/tokens', status: 200, arrange: serviceToken },

  { route: 'GET /v1/client', status: 200, arrange: registeredBrowser },
  { route: 'GET /v1/client', status: 200, arrange: signedIn() },
  { route: 'GET /v1/client', status: 401, arrange: unknownBrowser },
  { route: 'POST /v1/client', status: 200, arrange: registeredBrowser },
  { route: 'PUT /v1/client', status: 200, arrange: registeredBrowser },
  { route: 'DELETE /v1/client', status: 200, arrange: signedIn() },

  {
    route: 'POST /v1/client/sign_ups',
    status: 200,
    arrange: signedOut({ email_address: 'countess@example.com' }),
  },
  {
    route: 'POST /v1/client/sign_ups',
    status: 422,
    arrange: signedOut({ email_address: 'ada@example.com' }),
  },
  { route: 'POST /v1/client/sign_ups', status: 400, arrange: signedIn({}) },
  { route: 'GET /v1/client/sign_ups/:id', published: signUpPath, status: 200, arrange: signUp('') },
  {
    route: 'PATCH /v1/client/sign_ups/:id',
    published: signUpPath,
    status: 200,
    arrange: signUp('', { first_name: 'Augusta' }),
  },
  {
    route: 'POST /v1/client/sign_ups/:id/prepare_verification',
    published: `${signUpPath}/prepare_verification`,
    status: 200,
    arrange: signUp('/prepare_verification', { strategy: 'email_code' }),
  },
  {
    route: 'POST /v1/client/sign_ups/:id/prepare_verification',
    published: `${signUpPath}/prepare_verification`,
    status: 200,
    enable: ['email_link'],
    arrange: signUp('/prepare_verification', link),
  },
  {
    route: 'POST /v1/client/sign_ups/:id/attempt_verification',
    published: `${signUpPath}/attempt_verification`,
    status: 200,
    arrange: signUp('/attempt_verification', code, true),
  },
  {
    route: 'POST /v1/client/sign_ups/:id/attempt_verification',
    published: `${signUpPath}/attempt_verification`,
    status: 422,
    arrange: signUp('/attempt_verification', { ...code, code: '000000' }, true),
  },

  { route: 'POST /v1/client/sign_ins', status: 200, arrange: signedOut({}) },
  {
    route: 'POST /v1/client/sign_ins',
    status: 200,
    arrange: signedOut({ identifier: 'ada@example.com' }),
  },
  {
    route: 'POST /v1/client/sign_ins',
    status: 200,
    arrange: signedOut({ identifier: 'ada@example.com', password: ada.password }),
  },
  {
    route: 'POST /v1/client/sign_ins',
    status: 422,
    arrange: signedOut({ identifier: 'nobody@example.com' }),
  },
  { route: 'GET /v1/client/sign_ins/:id', published: signInPath, status: 200, arrange: signIn('') },
  {
    route: 'POST /v1/client/sign_ins/:id/prepare_first_factor',
    published: `${signInPath}/prepare_first_factor`,
    status: 200,
    arrange: signIn('/prepare_first_factor', { strategy: 'email_code' }),
  },
  {
    route: 'POST /v1/client/sign_ins/:id/prepare_first_factor',
    published: `${signInPath}/prepare_first_factor`,
    status: 200,
    enable: ['email_link'],
    arrange: signIn('/prepare_first_factor', link),
  },
  {
    route: 'POST /v1/client/sign_ins/:id/attempt_first_factor',
    published: `${signInPath}/attempt_first_factor`,
    status: 200,
    arrange: signIn('/attempt_first_factor', password),
  },
  {
    route: 'POST /v1/client/sign_ins/:id/attempt_first_factor',
    published: `${signInPath}/attempt_first_factor`,
    status: 422,
    arrange: signIn('/attempt_first_factor', { ...password, password: 'wrong' }),
  },

  { route: 'DELETE /v1/client/sessions', status: 200, arrange: signedIn() },
  {
    route: 'GET /v1/client/sessions/:id',
    published: sessionPath,
    status: 200,
    arrange: session('', false),
  },
  ...['touch', 'end', 'remove', 'tokens'].flatMap((action): FrontendCase[] => {
    const route = `POST /v1/client/sessions/:id/${action}`;
    const published = `${sessionPath}/${action}`;
    return [
      { route, published, status: 200, arrange: session(`/${action}`) },
      { route, published, status: 404, arrange: noSession(`/${action}`) },
    ];
  }),

  {
    route: 'POST /v1/client/sessions/:id/tokens/:templateName',
    published: `${sessionPath}/tokens/{template_name}`,
    status: 200,
    arrange: templateToken,
  },

  { route: 'GET /v1/me', status: 200, arrange: signedIn() },
  { route: 'GET /v1/me', status: 401, arrange: registeredBrowser },
  { route: 'PATCH /v1/me', status: 200, arrange: signedIn({ first_name: 'Augusta' }) },
  { route: 'PATCH /v1/me', status: 422, arrange: signedIn({ username: 'ada' }) },
  { route: 'DELETE /v1/me', status: 200, arrange: signedIn() },
  {
    route: 'PATCH /v1/me/metadata',
    status: 200,
    arrange: signedIn({ unsafe_metadata: '{"theme":"dark"}' }),
  },
  {
    route: 'POST /v1/me/change_password',
    status: 200,
    arrange: signedIn({ current_password: ada.password, new_password: 'another-horse' }),
  },
  {
    route: 'POST /v1/me/change_password',
    status: 422,
    arrange: signedIn({ current_password: 'wrong', new_password: 'another-horse' }),
  },
  { route: 'GET /v1/me/sessions', status: 200, arrange: signedIn() },
  { route: 'GET /v1/me/sessions/active', status: 200, arrange: signedIn() },
  {
    route: 'POST /v1/me/sessions/:id/revoke',
    published: '/me/sessions/{session_id}/revoke',
    status: 200,
    arrange: revocation,
  },

  { route: 'GET /v1/me/email_addresses', status: 200, arrange: signedIn() },
  {
    route: 'POST /v1/me/email_addresses',
    status: 200,
    arrange: signedIn({ email_address: 'countess@example.com' }),
  },
  {
    route: 'POST /v1/me/email_addresses',
    status: 422,
    arrange: signedIn({ email_address: 'nowhere' }),
  },
  {
    route: 'GET /v1/me/email_addresses/:id',
    published: emailPath,
    status: 200,
    arrange: secondEmail(''),
  },
  {
    route: 'DELETE /v1/me/email_addresses/:id',
    published: emailPath,
    status: 200,
    arrange: secondEmail(''),
  },
  {
    route: 'POST /v1/me/email_addresses/:id/prepare_verification',
    published: `${emailPath}/prepare_verification`,
    status: 200,
    arrange: secondEmail('/prepare_verification', { strategy: 'email_code' }),
  },
  {
    route: 'POST /v1/me/email_addresses/:id/attempt_verification',
    published: `${emailPath}/attempt_verification`,
    status: 200,
    arrange: secondEmail('/attempt_verification', { code: testCode }),
  },
  ...['memberships', 'invitations', 'suggestions', 'creation_defaults'].map((list) => ({
    route: `GET /v1/me/organization_${list}`,
    status: 200,
    arrange: signedIn(),
  })),
  ...frontendOrganizationCases,
  ...securityCases,
  ...passkeyCases,
  ...walletCases,
  ...deviceCases,
  ...providerCases,
  ...reverificationCases,
];
