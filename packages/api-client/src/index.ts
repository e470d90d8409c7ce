export type { ApiClient, CallOptions, RawResult } from './bind-endpoints.js';
export { createApiClient, type ApiClientOptions } from './create-api-client.js';
export * from './errors.js';
export type { GetToken } from './token-source.js';
