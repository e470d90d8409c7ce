import { SetMetadata } from '@nestjs/common';
import { z } from 'zod';
import {
  type RecordedUserEvent,
  type UserEventType,
  userEventTypes,
} from './core/recorded-user-event.js';
import type { EventHandler } from './infrastructure/postgres/event-handlers.js';
import type { Transaction } from './infrastructure/postgres/transaction.js';
import type { DecoratedMethods } from './presentation/decorated-methods.js';

const key = 'clerk-sync:on-user-event';

/** Options of `OnUserEvent`. */
export interface OnUserEventOptions {
  /**
   * The handler's stored identity: letters, digits, `.`, `_`, `-`, at most 63. Deliveries refer to
   * it, so keep it when you rename the method.
   */
  readonly name: string;
  /** `beginning`: a new handler also receives past events. Default: new events only. */
  readonly from?: 'beginning';
}

type HandlerDecorator = <
  Method extends (event: RecordedUserEvent, transaction: Transaction) => unknown,
>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

const metadata = z.object({
  types: z.array(z.enum(userEventTypes)).min(1),
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/),
  from: z.literal('beginning').optional(),
});

/**
 * Marks a provider's method that reacts to changes of users. Each event is delivered after the
 * change is committed, to one process, in order per user. Writes through `transaction` happen
 * exactly once; other effects happen at least once. If it fails, the event is redelivered after a
 * pause, and only this user's later events wait. It must finish within 30 s.
 *
 * @param type the type of event, or several
 * @param options the handler's name, and the event that a new handler starts with
 * @example
 * @OnUserEvent('created', { name: 'welcome-credit' })
 * async welcome(event: RecordedUserEvent, transaction: Transaction): Promise<void> {
 *   await transaction.insert(credits).values({ userId: event.userId, amount: 10 });
 * }
 */
export function OnUserEvent(
  type: UserEventType | readonly UserEventType[],
  { name, from }: OnUserEventOptions,
): HandlerDecorator {
  return SetMetadata(key, { types: [type].flat(), name, from });
}

/**
 * @returns the application's handlers
 * @throws Error if a handler's name or type is invalid, or two handlers have the same name
 */
export function findEventHandlers(methods: DecoratedMethods): readonly EventHandler[] {
  const seen = new Map<string, string>();
  return methods.find(key).map(({ name: method, metadata: declared, call }) => {
    const parsed = metadata.safeParse(declared);
    if (!parsed.success) {
      throw new Error(
        `@OnUserEvent() on ${method} is invalid: its types must be among ${userEventTypes.join(', ')}, and its name must have 1 to 63 letters, digits, “.”, “_” or “-”.`,
      );
    }
    const { types, name, from } = parsed.data;
    const other = seen.get(name);
    if (other !== undefined) {
      throw new Error(
        `${method} and ${other} are both @OnUserEvent() handlers with the name “${name}”. Each needs its own.`,
      );
    }
    seen.set(name, method);
    return {
      name,
      types,
      fromBeginning: from === 'beginning',
      handle: (event, transaction) => call(event, transaction),
    };
  });
}
