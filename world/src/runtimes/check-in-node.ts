import { checkClient } from './client-check.js';

/** Run by the Node version under test: `node check-in-node.js BASE_URL TOKEN EMAIL`. */
const [baseUrl = '', token = '', email = ''] = process.argv.slice(2);
const problems = await checkClient(baseUrl, token, email);
process.stdout.write(problems.join('\n'));
// Does not call process.exit, because a handle that keeps the process running is also a finding.
process.exitCode = problems.length > 0 ? 1 : 0;
