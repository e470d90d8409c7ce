import { consoleScript } from './console-script.js';
import { consoleStyles } from './console-styles.js';

/** The sections of the console, in the order of the navigation. */
const sections = [
  'Users',
  'Sessions',
  'Organizations',
  'Messages',
  'Webhooks',
  'Faults',
  'Stagings',
  'Requests',
] as const;

/**
 * Returns the console's page. Its script reads `/_local`, which accepts requests of this origin.
 *
 * @param nonce of the page's Content-Security-Policy
 */
export function consolePage({
  nonce,
  applicationName,
  inspects,
}: {
  readonly nonce: string;
  readonly applicationName: string;
  /** Whether the application can be asked for its rows. */
  readonly inspects: boolean;
}): string {
  const name = escapeHtml(applicationName);
  const links = sections
    .map((section) => `<a href="#${section.toLowerCase()}">${section}</a>`)
    .join('\n      ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>clerk-local: ${name}</title>
    <link rel="icon" href="data:," />
    <style nonce="${nonce}">${consoleStyles}</style>
  </head>
  <body${inspects ? ' data-inspects' : ''}>
    <header>
      <h1>clerk-local <span>${name}</span></h1>
      <nav aria-label="Sections">
      ${links}
      </nav>
    </header>
    <main id="main" tabindex="-1"></main>
    <p id="status" role="status"></p>
    <script nonce="${nonce}">${consoleScript}</script>
  </body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
