/* eslint-disable no-restricted-properties -- the one file that reads process.env, as the API's own */

/** The machine's variables that programs need; PATH is used to find programs. */
export const machineEnvironment: NodeJS.ProcessEnv = process.env;
export const searchPath = process.env['PATH'] ?? '';
export const home = process.env['HOME'] ?? '/';
