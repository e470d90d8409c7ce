/** How a message is sent. */
export type Channel = 'email' | 'sms';

/** A message that an instance sends, as Clerk words it unless the template is changed. */
export interface DefaultTemplate {
  readonly channel: Channel;
  readonly slug: string;
  readonly name: string;
  /** `null` for text messages. */
  readonly subject: string | null;
  /** HTML for emails. */
  readonly body: string;
  /** Variables without which the message is useless. */
  readonly required: readonly string[];
}

const code = ['otp_code'];
const codeBody = '{{otp_code}} is your verification code for {{app.name}}.';
const resetBody = '{{otp_code}} is your password reset code for {{app.name}}.';

/** The templates, in the order of the list. */
export const defaultTemplates = [
  email('verification_code', 'Verification code', '{{otp_code}} is your verification code', {
    body: codeBody,
    required: code,
  }),
  email('reset_password_code', 'Reset password code', '{{otp_code}} is your password reset code', {
    body: resetBody,
    required: code,
  }),
  email('magic_link_sign_in', 'Sign-in link', 'Your sign-in link for {{app.name}}', {
    body: 'Follow this link to continue the sign-in for {{app.name}}: {{magic_link}}',
    required: ['magic_link'],
  }),
  email('magic_link_sign_up', 'Sign-up link', 'Your sign-up link for {{app.name}}', {
    body: 'Follow this link to continue the sign-up for {{app.name}}: {{magic_link}}',
    required: ['magic_link'],
  }),
  email('invitation', 'Invitation', 'You are invited to sign up', {
    body: 'You are invited to sign up: {{action_url}}',
    required: ['action_url'],
  }),
  email(
    'organization_invitation',
    'Organization invitation',
    'Invitation to join {{organization.name}}',
    {
      body: 'You are invited to join {{organization.name}}: {{action_url}}',
      required: ['action_url'],
    },
  ),
  email('passkey_added', 'Passkey added', 'A passkey was added to your account', {
    body: 'A passkey was added to your account at {{app.name}}.',
    required: [],
  }),
  email('passkey_removed', 'Passkey removed', 'A passkey was removed from your account', {
    body: 'A passkey was removed from your account at {{app.name}}.',
    required: [],
  }),
  sms('verification_code', 'Verification code', codeBody),
  sms('reset_password_code', 'Reset password code', resetBody),
] as const satisfies readonly DefaultTemplate[];

/** The names of the templates of emails. */
export type EmailSlug = Extract<(typeof defaultTemplates)[number], { channel: 'email' }>['slug'];

/** The names of the templates of text messages. */
export type SmsSlug = Extract<(typeof defaultTemplates)[number], { channel: 'sms' }>['slug'];

/** A value for every variable, for previews. */
export const exampleData = {
  app: { name: '' },
  otp_code: '424242',
  magic_link: 'https://example.com/verify',
  ttl_minutes: 10,
  action_url: 'https://example.com/accept',
  organization: { name: 'Acme' },
};

function email<Slug extends string>(
  slug: Slug,
  name: string,
  subject: string,
  { body, required }: Pick<DefaultTemplate, 'body' | 'required'>,
): DefaultTemplate & { readonly channel: 'email'; readonly slug: Slug } {
  return { channel: 'email', slug, name, subject, body: `<p>${body}</p>`, required };
}

function sms<Slug extends string>(
  slug: Slug,
  name: string,
  body: string,
): DefaultTemplate & { readonly channel: 'sms'; readonly slug: Slug } {
  return { channel: 'sms', slug, name, subject: null, body, required: code };
}
