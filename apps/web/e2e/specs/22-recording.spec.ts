import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../stack/folders';
import { Recording } from '../support/recording';
import { expect, test } from '../support/test';
import { navigationOf } from '../support/visitor';

// `npm run recording` sets it.
const isWanted = process.env['RECORD'] === '1';

/** The maximum size in bytes, so that the README loads fast. */
const maxBytes = 1_000_000;

/** Milliseconds in which a viewer reads what has changed. */
const readingMs = 2_500;

/** The recordings of the README. Both use one Clerk, so each needs a separate email address. */
const recordings = [
  { colorScheme: 'light', file: 'recording.webp', email: 'grace@example.com' },
  { colorScheme: 'dark', file: 'recording-dark.webp', email: 'hopper@example.com' },
] as const;

if (isWanted) {
  for (const { colorScheme, file, email } of recordings) {
    test(`a sign-up, a change by webhook, and one whose webhook is lost, ${colorScheme}`, async ({
      visitor,
      control,
      page,
    }) => {
      const newest = page.getByTestId('event').first();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 1200, height: 1060 });
      await page.goto('/');
      const recording = Recording.start(page);
      await sleep(readingMs);

      await navigationOf(page).getByRole('link', { name: 'Create account' }).click();
      await visitor.fillSignUpForm({
        email,
        firstName: 'Grace',
        lastName: 'Murray',
        password: 'first-compiler-1952',
      });
      await sleep(readingMs / 2);
      await visitor.continue();
      await visitor.enterEmailCode();
      await expect(newest).toContainText('Account created here');
      await sleep(readingMs);

      const userId = (await visitor.localUser().clerkId().textContent()) ?? '';
      await control.deliverWebhooks(true);
      await control.renameUser(userId, 'Grace Brewster');
      await expect(newest).toContainText('Webhook');
      await sleep(readingMs);

      await control.deliverWebhooks(false);
      await control.renameUser(userId, 'Amazing Grace');
      await page.evaluate('window.Clerk.session.getToken({ skipCache: true })');
      await expect(newest).toContainText('no webhook had delivered');
      // Waits until the new row has its final colour.
      await sleep(readingMs / 2);
      const written = await recording.write(join(repository, 'docs/images', file), 900);
      expect(written.pictures).toBeGreaterThan(20);
      expect(written.bytes).toBeLessThan(maxBytes);
    });
  }
}
