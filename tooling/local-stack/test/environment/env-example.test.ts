import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planStack } from '../../src/environment/plan.js';

const file = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');
const value = (name: string): string =>
  new RegExp(`^#${name}=(.+)$`, 'm').exec(file)?.[1] ?? `${name} is not listed`;

test('the ports in .env.example are the defaults', () => {
  const names = ['WEB_PORT', 'PORT', 'CLERK_LOCAL_PORT', 'LOCAL_POSTGRES_PORT', 'WEB_URL'];
  const given = Object.fromEntries(names.map((name) => [name, value(name)]));
  const { environment: _with, ...plan } = planStack(given);
  const { environment: _without, ...preset } = planStack({});
  expect(plan).toEqual(preset);
});
