import type { ClerkLocal } from '../../../src/index.js';
import { aSignedInBrowser, BrowserClient } from '../support/browser-client.js';
import { NativeDevice } from '../support/devices.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const enable = ['trusted_device'] as const;

async function anEnrolledDevice(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; device: NativeDevice; id: string }> {
  const { browser } = await aSignedInBrowser(clerk);
  const device = new NativeDevice();
  return { browser, device, id: await device.enrol(browser) };
}

/** Devices whose native application signs in with a key. */
export const deviceCases: readonly FrontendCase[] = [
  {
    route: 'GET /v1/me/trusted_devices',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: (await anEnrolledDevice(clerk)).browser,
    }),
  },
  {
    route: 'POST /v1/me/trusted_devices/prepare',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      return { browser, form: new NativeDevice().fields };
    },
  },
  {
    route: 'POST /v1/me/trusted_devices/attempt',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      return { browser, form: await new NativeDevice().answer(browser) };
    },
  },
  {
    route: 'DELETE /v1/me/trusted_devices/:id',
    published: '/me/trusted_devices/{trusted_device_id}',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, id } = await anEnrolledDevice(clerk);
      return { browser, path: `/v1/me/trusted_devices/${id}` };
    },
  },
  {
    route: 'POST /v1/client/trusted_devices/validate',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, id } = await anEnrolledDevice(clerk);
      return { browser, form: { trusted_device_id: id } };
    },
  },
  {
    route: 'POST /v1/client/sign_ins',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { id } = await anEnrolledDevice(clerk);
      const form = { strategy: 'trusted_device', trusted_device_id: id };
      return { browser: await BrowserClient.register(clerk), form };
    },
  },
];
