import { checkCode, codeNotSent, incorrectCode } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import type { Users } from '../domain/users/users.js';
import type {
  AttemptSecondFactor,
  PrepareSecondFactor,
  ResetPassword,
} from './sign-in-parameters.js';
import { wrongStage, type SignInProgress } from './sign-in-progress.js';
import type { SignIn } from './sign-in-resource.js';
import { unknownStrategy } from './verification.js';

export interface SecondFactorStepsOptions {
  readonly users: Users;
  readonly secondFactors: SecondFactors;
  readonly messages: Messages;
}

/** The steps of a sign-in after its first factor: a second factor, or a new password. */
export class SecondFactorSteps {
  constructor(
    private readonly progress: SignInProgress,
    private readonly options: SecondFactorStepsOptions,
  ) {}

  /** Checks a code of an authenticator app or a backup code, and signs the user in. */
  async attempt(
    client: ClientRecord,
    id: string,
    { strategy, code }: AttemptSecondFactor,
  ): Promise<SignIn> {
    const record = this.progress.record(client, id);
    const { id: userId } = this.progress.requireUser(record);
    if (record.stage !== 'second_factor') throw wrongStage('A first factor is missing.');
    if (strategy === 'phone_code') {
      if (!record.codeSent || record.codeStrategy !== 'phone_code') throw codeNotSent();
      checkCode(code);
    } else if ((await this.options.secondFactors.verify(userId, code)) !== strategy) {
      throw incorrectCode();
    }
    return this.progress.complete(client, record, userId, record.codeStrategy);
  }

  /** Sends the code of a second factor by text message. */
  async prepare(
    client: ClientRecord,
    id: string,
    { phone_number_id }: PrepareSecondFactor,
  ): Promise<SignIn> {
    const record = this.progress.record(client, id);
    const user = this.progress.requireUser(record);
    if (record.stage !== 'second_factor') throw wrongStage('A first factor is missing.');
    const reserved = user.phones.filter((phone) => phone.reservedForSecondFactor && phone.verified);
    const phone = reserved.find((each) => each.id === phone_number_id) ?? reserved[0];
    if (phone === undefined) throw unknownStrategy('sign-in', 'phone_code');
    this.options.messages.sendCode({
      channel: 'sms',
      to: phone.number,
      purpose: 'sign-in',
      userId: user.id,
      identificationId: phone.id,
    });
    return this.progress.keep(client, { ...record, codeSent: true, codeStrategy: 'phone_code' });
  }

  /** Sets a new password after a code for `reset_password_…`, and signs the user in. */
  async resetPassword(client: ClientRecord, id: string, fields: ResetPassword): Promise<SignIn> {
    const { users } = this.options;
    const record = this.progress.record(client, id);
    const user = this.progress.requireUser(record);
    if (record.stage !== 'new_password') throw wrongStage('The code was not verified yet.');
    await users.update(user.id, {
      password: fields.password,
      sign_out_of_other_sessions: fields.sign_out_of_other_sessions,
    });
    await users.change(user.id, (each) => ({ ...each, passwordCompromised: false }));
    return this.progress.pass(client, record, user, record.codeStrategy);
  }
}
