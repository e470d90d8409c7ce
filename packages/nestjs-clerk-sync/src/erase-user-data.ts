import { SetMetadata } from '@nestjs/common';
import type { Transaction } from './infrastructure/postgres/transaction.js';
import type { Eraser } from './infrastructure/postgres/erasers.js';
import type { DecoratedMethods } from './presentation/decorated-methods.js';

const key = 'clerk-sync:erase-user-data';

/** Declares nothing about the user's type, which is the application's. */
type EraserDecorator = <Method extends (user: never, transaction: Transaction) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Marks a provider's method that erases what the application holds about a user. It runs in the
 * transaction that deletes the user, whatever deletes it: a webhook, `ClerkSync.delete` or
 * reconciliation. If it fails, the deletion is rolled back, the webhook gets a 503, and Clerk delivers
 * it again.
 *
 * The method may run more than once for a user: what it does beside `transaction` has to bear that. It
 * has 30 s; a request waits for 4.5 s of them.
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
