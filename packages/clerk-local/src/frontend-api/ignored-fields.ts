import { z } from 'zod';

const ignored = z.string().nullish();

/**
 * What clerk-js sends along with a sign-in or a sign-up and is of no consequence here: nobody is
 * asked whether they are human, and no mail with a link is sent.
 */
export const ignoredFields = {
  captcha_token: ignored,
  captcha_error: ignored,
  captcha_widget_type: ignored,
  captcha_action: ignored,
  timezone: ignored,
  redirect_url: ignored,
  action_complete_redirect_url: ignored,
};
