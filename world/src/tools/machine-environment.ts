/* eslint-disable no-restricted-properties -- the one file that reads process.env, as the API's own */

/** The variables that programs need of the machine; PATH is where programs are looked for. */
export const machineEnvironment: NodeJS.ProcessEnv = process.env;
export const searchPath = process.env['PATH'] ?? '';
export const home = process.env['HOME'] ?? '/';
