import { consoleElements } from './console-elements.js';
import { consoleRows } from './console-rows.js';
import { consoleSections } from './console-sections.js';
import { consoleStagings } from './console-stagings.js';

/**
 * The console's script. It builds the page from text nodes only, so that data cannot become HTML, and
 * asks for changes every two seconds while the page is visible.
 */
export const consoleScript = `
'use strict';
${consoleElements}${consoleRows}${consoleStagings}${consoleSections}
let shown = '';
let content = null;
let lastData = '';

async function show(force = false) {
  const name = location.hash.slice(1) in sections ? location.hash.slice(1) : 'users';
  const section = sections[name];
  if (name !== shown) {
    shown = name;
    lastData = '';
    content = element('div');
    main.replaceChildren(element('h2', {}, section.title), ...(section.forms ? section.forms() : []), content);
    for (const link of document.querySelectorAll('nav a')) {
      if (link.hash === '#' + name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }
  const data = await section.load().catch((error) => { statusLine.textContent = error.message; });
  const text = JSON.stringify(data);
  // An unchanged list is not built again: it would close details and lose the focus.
  if (data === undefined || shown !== name || (!force && text === lastData)) return;
  if (!force && content.querySelector('details[open]')) return;
  lastData = text;
  content.replaceChildren(section.render(data));
}

addEventListener('hashchange', () => show());
show();
setInterval(() => { if (!document.hidden) show(); }, 2000);
`;
