import { Controller } from '@nestjs/common';
import {
  getUserEvents,
  type ParsedEndpointInput,
  type UserEventsResponse,
} from '@populatte/contracts';
import { CurrentUser } from '@populatte/nestjs-clerk-sync';
import { ListUserEventsUseCase } from '../../core/events/user-journal.js';
import { User } from '../../core/users/user.entity.js';
import { Input, Route } from '../http/route.js';

@Controller()
export class EventsController {
  constructor(private readonly listEvents: ListUserEventsUseCase) {}

  @Route(getUserEvents, {
    summary: 'List what changed about the signed-in user',
    description:
      'The journal of the local user, newest first: which fields changed, when, and the source of the change. It contains no values.',
  })
  async list(
    @CurrentUser() user: User,
    @Input(getUserEvents) { query }: ParsedEndpointInput<typeof getUserEvents>,
  ): Promise<UserEventsResponse> {
    const page = await this.listEvents.execute(user, query.cursor ?? null, query.limit);
    return {
      events: page.events.map(({ id, type, source, changed, occurredAt }) => ({
        id,
        type,
        source,
        changed: [...changed],
        occurredAt,
      })),
      nextCursor: page.nextCursor,
    };
  }
}
