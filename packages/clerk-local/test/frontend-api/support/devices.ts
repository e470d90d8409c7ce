import { generateKeyPairSync, sign } from 'node:crypto';
import { z } from 'zod';
import type { BrowserClient } from './browser-client.js';

const challengeSchema = z.object({ response: z.object({ client_data: z.string() }) });

/** A device with its own key, like that of a native application. */
export class NativeDevice {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** The parameters of an enrolment. */
  readonly fields = {
    platform: 'ios',
    app_identifier: 'com.example.app',
    name: 'Ada’s phone',
    algorithm: 'ES256',
    public_key_jwk: JSON.stringify(this.keys.publicKey.export({ format: 'jwk' })),
  };

  sign(text: string): string {
    const key = { key: this.keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return sign('sha256', Buffer.from(text), key).toString('base64url');
  }

  /** Requests a challenge, and returns the parameters of the response to it. */
  async answer(browser: BrowserClient): Promise<Record<string, string>> {
    const { body } = await browser.call('POST /v1/me/trusted_devices/prepare', this.fields);
    const { client_data } = challengeSchema.parse(body).response;
    return { ...this.fields, client_data, signature: this.sign(client_data) };
  }

  /** Enrols the device for the signed-in user. Returns its id. */
  async enrol(browser: BrowserClient): Promise<string> {
    return browser.create('POST /v1/me/trusted_devices/attempt', await this.answer(browser));
  }
}
