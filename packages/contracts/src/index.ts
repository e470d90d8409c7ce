export {
  defineEndpoint,
  type Endpoint,
  type EndpointInput,
  type EndpointOutput,
  type HttpMethod,
  type ObjectSchema,
  type ParsedEndpointInput,
  type PathParams,
  type Schema,
  type SuccessStatus,
} from './http/define-endpoint.js';
export { endpoints } from './endpoints.js';
export { errorCodes, type ErrorCode } from './errors/error-code.js';
export { problemDetails, type ProblemDetails } from './errors/problem-details.js';
export { validationIssue, type ValidationIssue } from './errors/validation-issue.js';
export {
  getLiveness,
  getReadiness,
  healthResponse,
  readinessResponse,
  type HealthResponse,
  type ReadinessResponse,
} from './health/health.endpoints.js';
export {
  getPreferences,
  preferencesInput,
  preferencesResponse,
  replacePreferences,
  type PreferencesInput,
  type PreferencesResponse,
} from './users/preferences.endpoints.js';
export {
  getUserEvents,
  userEvent,
  userEventsResponse,
  type UserEventResponse,
  type UserEventsResponse,
} from './users/events.endpoints.js';
export { getMe, userResponse, type UserResponse } from './users/users.endpoints.js';
export {
  receiveClerkWebhook,
  webhookReceipt,
  type WebhookReceipt,
} from './webhooks/webhooks.endpoints.js';
