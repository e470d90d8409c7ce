import { SetMetadata } from '@nestjs/common';
import { receiveClerkWebhook } from '@populatte/contracts';
import { ClerkWebhookController } from '@populatte/nestjs-clerk-sync/internal';
import { routeDocs, type RouteDocs, routeEndpoint } from '../http/route.js';

const docs: RouteDocs = {
  summary: 'Receive a Clerk webhook',
  description:
    'Applies an event from Clerk. The request is authenticated by its svix signature (`svix-id`, `svix-timestamp`, `svix-signature`) over the raw bytes of the body, so the content type does not matter. Clerk redelivers after a 5xx.',
};

/** Adds the webhook, which the module's controller receives, to the OpenAPI document. */
export function describeWebhook(): void {
  const handler = Object.getOwnPropertyDescriptor(ClerkWebhookController.prototype, 'clerk');
  if (handler === undefined) throw new Error('The webhook’s handler has another name.');
  SetMetadata(routeEndpoint, receiveClerkWebhook)(
    ClerkWebhookController.prototype,
    'clerk',
    handler,
  );
  SetMetadata(routeDocs, docs)(ClerkWebhookController.prototype, 'clerk', handler);
}
