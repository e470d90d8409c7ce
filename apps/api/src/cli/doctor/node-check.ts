import { type Finding, ok, problem, warning } from './finding.js';

/** When each Node release stops receiving security fixes (nodejs.org, “Releases”). */
const endOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
};

/**
 * @param version in the format of `process.version`
 * @param now milliseconds since the epoch
 */
export function checkNode(version: string, now: number): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return problem(`Node ${version} is too old: the API needs 20.19 or newer.`, 'Install Node 24.');
  }
  const end = endOfLife[major];
  if (end !== undefined && Date.parse(end) < now) {
    return warning(
      `Node ${version} has received no security fixes since ${end}.`,
      'Install Node 24 or newer.',
    );
  }
  return ok(`Node ${version} is supported.`);
}
