import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { designTokens, mark } from '../../../../src/presentation/docs/docs-theme.js';

const webApp = new URL('../../../../../web/app/', import.meta.url);

test('the documentation has the colours of the web app', () => {
  const css = readFileSync(new URL('tokens.css', webApp), 'utf8');
  for (const [name, value] of Object.entries(designTokens)) {
    expect(css).toContain(`--${name}: ${value};`);
  }
});

test('the documentation has the icon of the web app', () => {
  expect(readFileSync(new URL('icon.svg', webApp), 'utf8').trim()).toBe(mark);
});
