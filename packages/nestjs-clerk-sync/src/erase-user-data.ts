import { SetMetadata } from '@nestjs/common';
import type { Transaction } from './infrastructure/postgres/transaction.js';
import type { Eraser } from './infrastructure/postgres/erasers.js';
import type { DecoratedMethods } from './presentation/decorated-methods.js';

const key = 'clerk-sync:erase-user-data';

/** Makes no assumption about the user's type, which the application defines. */
type EraserDecorator = <Method extends (user: never, transaction: Transaction) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Marks a provider's method that erases the application's data about a user. It runs in the
 * transaction that deletes the user, whether by a webhook, `ClerkSync.delete` or reconciliation. If
 * it fails, the deletion is rolled back, the webhook gets a 503, and Clerk redelivers it.
 *
 * The method may run more than once for a user, so effects outside `transaction` must be
 * idempotent. It must finish within 30 s; a request waits at most 4.5 s.
 *
 * @example
 * @EraseUserData()
 * async erase(user: AppUser, transaction: Transaction): Promise<void> {
 *   await transaction.delete(notes).where(eq(notes.userId, user.id));
 * }
 */
export function EraseUserData(): EraserDecorator {
  return SetMetadata(key, true);
}

/** @returns the application's erasers */
export function findErasers(methods: DecoratedMethods): readonly Eraser[] {
  return methods.find(key).map(({ name, call }) => ({
    name,
    erase: (user, transaction) => call(user, transaction),
  }));
}
