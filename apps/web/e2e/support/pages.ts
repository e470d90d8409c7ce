import type { Page } from '@playwright/test';
import { expect } from './test';
import { LocalUserCard, navigationOf } from './visitor';

interface KnownPage {
  readonly name: string;
  readonly path: string;
  readonly needsSignIn: boolean;
  /** Waits until Clerk's forms and the local user have replaced their placeholders. */
  readonly isComplete: (page: Page) => Promise<void>;
}

const hasClerkForm = async (page: Page): Promise<void> => {
  await expect(page.getByRole('button', { name: 'Continue', exact: true })).toBeVisible();
};
const hasLocalUser = async (page: Page): Promise<void> => {
  await expect(new LocalUserCard(page).id()).toBeVisible();
  await expect(page.getByTestId('event').first()).toBeVisible();
  await expect(page.getByTestId('token-left')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
};
const hasHeading = async (page: Page): Promise<void> => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(navigationOf(page).getByRole('link', { name: 'Sign in' })).toBeVisible();
};

const hasProfile = async (page: Page): Promise<void> => {
  await expect(page.getByTestId('sync-note')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete account' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Update profile' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save preferences' })).toBeVisible();
};

/** Every page of the app. */
export const pages: readonly KnownPage[] = [
  { name: 'home', path: '/', needsSignIn: false, isComplete: hasHeading },
  { name: 'sign-in', path: '/sign-in', needsSignIn: false, isComplete: hasClerkForm },
  { name: 'sign-up', path: '/sign-up', needsSignIn: false, isComplete: hasClerkForm },
  { name: 'not-found', path: '/no/such/page', needsSignIn: false, isComplete: hasHeading },
  { name: 'dashboard', path: '/dashboard', needsSignIn: true, isComplete: hasLocalUser },
  { name: 'account', path: '/account', needsSignIn: true, isComplete: hasProfile },
];

/** Opens the pages one by one, those for signed-in users last. */
export async function forEachPage(
  page: Page,
  signIn: () => Promise<unknown>,
  visit: (known: KnownPage) => Promise<void>,
): Promise<void> {
  let isSignedIn = false;
  for (const known of pages) {
    if (known.needsSignIn && !isSignedIn) {
      await signIn();
      isSignedIn = true;
    }
    await page.goto(known.path);
    await known.isComplete(page);
    await visit(known);
  }
}
