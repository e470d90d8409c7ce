import {
  type AuthenticatedRequest,
  Authenticator,
} from '../../core/authenticate-request.use-case.js';
import { ReceiveWebhookUseCase, type WebhookOutcome } from '../../core/receive-webhook.use-case.js';
import { SessionVerifier, type VerifiedSession } from '../../core/session-verifier.js';
import { inSpan, type Tracer } from '../../core/tracer.js';
import {
  type WebhookDelivery,
  type WebhookEvent,
  WebhookVerifier,
} from '../../core/webhook-verifier.js';

/** A span for the authentication of each request, cache hits included. */
export class TracedAuthenticator<Entity> extends Authenticator<Entity> {
  constructor(
    private readonly authenticator: Authenticator<Entity>,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override execute(
    token: string,
  ): AuthenticatedRequest<Entity> | Promise<AuthenticatedRequest<Entity>> {
    return inSpan<AuthenticatedRequest<Entity>>(
      this.tracer,
      { name: 'clerk.authenticate', describe: ({ outcome }) => ({ 'clerk.outcome': outcome }) },
      () => this.authenticator.execute(token),
    );
  }
}

/** A span for each token that is not cached: the signature, and the wait for Clerk's keys. */
export class TracedSessionVerifier extends SessionVerifier {
  constructor(
    readonly untraced: SessionVerifier,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override verify(token: string): Promise<VerifiedSession> {
    return inSpan(this.tracer, { name: 'clerk.verify_token' }, () => this.untraced.verify(token));
  }
}

/** A span for each webhook. */
export class TracedReceiveWebhook extends ReceiveWebhookUseCase {
  constructor(
    private readonly tracer: Tracer,
    ...dependencies: ConstructorParameters<typeof ReceiveWebhookUseCase>
  ) {
    super(...dependencies);
  }

  override execute(delivery: WebhookDelivery): Promise<WebhookOutcome> {
    return inSpan(
      this.tracer,
      { name: 'clerk.webhook', describe: (outcome) => ({ 'clerk.outcome': outcome }) },
      () => super.execute(delivery),
    );
  }
}

/** A span for the check of each webhook's signature, with the type of an authentic one. */
export class TracedWebhookVerifier extends WebhookVerifier {
  constructor(
    private readonly webhooks: WebhookVerifier,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override get isEnabled(): boolean {
    return this.webhooks.isEnabled;
  }

  override verify(delivery: WebhookDelivery): Promise<WebhookEvent> {
    return inSpan(
      this.tracer,
      { name: 'clerk.verify_webhook', describe: ({ name }) => ({ 'clerk.webhook.type': name }) },
      () => this.webhooks.verify(delivery),
    );
  }
}
