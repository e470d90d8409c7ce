import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';

/**
 * Lints an OpenAPI document with the defaults of Redocly's recommended rules and Spectral's `oas`
 * ruleset. Needs no network: the document has no reference to anything outside it.
 *
 * @param document as parsed JSON
 * @returns every finding, warnings and hints included, as `linter rule place: message`
 */
export async function lintOpenApi(document: unknown): Promise<string[]> {
  const source = JSON.stringify(document);
  const config = await createConfig({ extends: ['recommended'] });
  const redocly = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset(new spectralCore.Ruleset({ extends: [[oas, 'recommended']] }));
  const findings = await spectral.run(source);
  return [
    ...redocly.map(
      ({ ruleId, message, location }) =>
        `redocly ${ruleId} ${location[0]?.pointer ?? ''}: ${message}`,
    ),
    ...findings.map(
      ({ code, message, path }) => `spectral ${code} #/${path.join('/')}: ${message}`,
    ),
  ];
}
