import type { ProviderIdentity } from '../domain/state/attempt-records.js';

export interface ProviderPageInput {
  /** Such as `oauth_google`. */
  readonly strategy: string;
  readonly state: string;
  /** The identities to choose from. */
  readonly known: readonly ProviderIdentity[];
  readonly applicationName: string;
  /** The nonce of the page's Content-Security-Policy. */
  readonly nonce: string;
}

/** Returns the page of a simulated provider, on which the visitor chooses an account. */
export function providerPage(input: ProviderPageInput): string {
  const { strategy, state, known, applicationName, nonce } = input;
  const provider = escapeHtml(providerName(strategy));
  const hidden = `<input type="hidden" name="state" value="${escapeHtml(state)}" />`;
  const choices = known.map((identity) => choice(identity, hidden)).join('\n');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Sign in with ${provider}</title>
    <link rel="icon" href="data:," />
    <style nonce="${nonce}">${styles}</style>
  </head>
  <body>
    <main>
      <p class="soft">A simulated ${provider}, by clerk-local. Nothing leaves this machine.</p>
      <h1>Continue to ${escapeHtml(applicationName)} with ${provider}</h1>
      ${choices}
      <form method="post" class="new">
        ${hidden}
        <h2>Use another account</h2>
        <label>Email address <input name="email" type="email" required autocomplete="off" /></label>
        <label>First name <input name="first_name" autocomplete="off" /></label>
        <label>Last name <input name="last_name" autocomplete="off" /></label>
        <button type="submit">Continue</button>
      </form>
      <form method="post">
        ${hidden}
        <button type="submit" name="cancel" value="true" class="plain">Cancel</button>
      </form>
    </main>
  </body>
</html>`;
}

function choice({ email, firstName, lastName }: ProviderIdentity, hidden: string): string {
  const name = escapeHtml(`${firstName} ${lastName}`.trim() || email);
  const fields = [
    ['email', email],
    ['first_name', firstName],
    ['last_name', lastName],
  ].map(
    ([field = '', value = '']) =>
      `<input type="hidden" name="${field}" value="${escapeHtml(value)}" />`,
  );
  return `<form method="post">${hidden}${fields.join('')}
        <button type="submit" class="choice"><span>${name}</span> <span class="soft">${escapeHtml(email)}</span></button>
      </form>`;
}

/** Returns a provider's name, such as `Google` for `oauth_google`. */
export function providerName(strategy: string): string {
  const name = strategy.replace(/^oauth_/, '');
  return name === 'github' ? 'GitHub' : name.replace(/^./, (letter) => letter.toUpperCase());
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const styles = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#f6f7f9, #0e0f12); color: light-dark(#16181d, #eceef2); }
main { width: min(26rem, 100% - 2rem); padding: 1.5rem 0; } h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin: 0; }
.soft { color: light-dark(#5b6270, #a3abb8); font-size: .9rem; } form { margin: 0 0 .6rem; }
.new { display: grid; gap: .6rem; margin: 1.25rem 0; padding: 1rem; border: 1px solid light-dark(#d9dce1, #33373f); border-radius: .6rem; }
label { display: grid; gap: .2rem; font-size: .9rem; }
input { font: inherit; padding: .45rem .6rem; border: 1px solid light-dark(#8a919e, #6b7280); border-radius: .5rem; background: light-dark(#fff, #16181d); color: inherit; }
button { font: inherit; padding: .55rem .8rem; border: 0; border-radius: .5rem; cursor: pointer; background: light-dark(#4f46e5, #a5b4fc); color: light-dark(#fff, #16181d); }
button.choice { width: 100%; text-align: left; display: grid; background: light-dark(#fff, #16181d); color: inherit; border: 1px solid light-dark(#d9dce1, #33373f); }
button.plain { background: none; color: inherit; text-decoration: underline; }
:focus-visible { outline: 2px solid light-dark(#4f46e5, #a5b4fc); outline-offset: 2px; }
`;
