import { expect, type Locator, type Page } from '@playwright/test';
import type { NewUser } from '../stack/commands';
import type { Control } from './control';
import { aNewUser } from './new-user';

/** The only code that the local Clerk sends. */
const emailCode = '424242';

interface UserOfClerk extends NewUser {
  /** The Clerk id. */
  readonly userId: string;
}

/** A user of the app, who acts through its pages. */
export class Visitor {
  constructor(
    readonly page: Page,
    private readonly control: Control,
  ) {}

  /** The local user's card, on the dashboard. */
  readonly localUser = (): LocalUserCard => new LocalUserCard(this.page);

  /** The message that the app shows while the API is unavailable. */
  failure(): Locator {
    return this.page.getByTestId('failure');
  }

  /** Presses “Try again” on the dashboard, unless the page has recovered by itself in the meantime. */
  async tryAgain(): Promise<void> {
    const button = this.failure().getByRole('button', { name: 'Try again' });
    await button.or(this.localUser().email()).first().click();
  }

  /** The page's own heading. Clerk's profile, which arrives later, has one named “Account” too. */
  heading(name: string): Locator {
    const own = this.page.locator('h1:not([data-localization-key])');
    return this.page.getByRole('heading', { name, level: 1 }).and(own);
  }

  /** Signs up in Clerk's form with the code from the email and arrives at the dashboard. */
  async signUp(user: NewUser): Promise<void> {
    await this.page.goto('/sign-up');
    await this.fillSignUpForm(user);
    await this.continue();
    await this.enterEmailCode();
    await this.page.waitForURL('/dashboard');
  }

  async fillSignUpForm(user: NewUser): Promise<void> {
    await this.page.getByLabel('First name').fill(user.firstName);
    await this.page.getByLabel('Last name').fill(user.lastName);
    await this.page.getByLabel('Email address').fill(user.email);
    await this.page.getByLabel('Password', { exact: true }).fill(user.password);
  }

  async enterEmailCode(): Promise<void> {
    await this.page.getByLabel('Enter verification code').first().focus();
    await this.page.keyboard.type(emailCode);
  }

  /**
   * Creates a user at Clerk, who is unknown to the API and not signed in.
   *
   * @param given the details that matter to the test
   */
  async createUser(given: Partial<NewUser> = {}): Promise<UserOfClerk> {
    const user = aNewUser(given);
    const userId = await this.control.createUser(user);
    return { ...user, userId };
  }

  /** Signs in with Clerk's form. The test checks where it leads. */
  async tryToSignIn({ email, password }: Pick<NewUser, 'email' | 'password'>): Promise<void> {
    if (new URL(this.page.url(), 'http://localhost').pathname !== '/sign-in') {
      await this.page.goto('/sign-in');
    }
    await this.page.getByLabel('Email address').fill(email);
    await this.continue();
    await this.enterPassword(password);
  }

  async enterPassword(password: string): Promise<void> {
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.continue();
  }

  /** Signs in and waits for the local user on the dashboard. */
  async signIn(user: NewUser): Promise<void> {
    await this.tryToSignIn(user);
    await this.page.waitForURL('/dashboard');
    await expect(this.localUser().email()).toHaveText(user.email);
  }

  /**
   * Creates a user, signs them in and waits for the local user on the dashboard.
   *
   * @param given the details that matter to the test
   */
  async arrive(given: Partial<NewUser> = {}): Promise<UserOfClerk> {
    const user = await this.createUser(given);
    await this.signIn(user);
    return user;
  }

  /** Signs out through the user menu. */
  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Open user menu' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.page.waitForURL('/');
    await expect(navigationOf(this.page).getByRole('link', { name: 'Sign in' })).toBeVisible();
  }

  /**
   * Submits Clerk's form, with the keyboard: messages of the fields move the button, and a click is
   * lost if its button moves while the mouse button is down.
   */
  async continue(): Promise<void> {
    const button = this.page.getByRole('button', { name: 'Continue', exact: true });
    await expect(button).toBeEnabled();
    await button.press('Enter');
  }
}

/** Restricted to the header: the home page has links with the same names. */
export function navigationOf(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Main' });
}

export class LocalUserCard {
  private readonly card: Locator;

  /** Content that streams into the card is elsewhere in the document and hidden. */
  constructor(page: Page) {
    this.card = page.getByRole('region', { name: 'Your local user' });
  }

  id = (): Locator => this.card.getByTestId('user-id');
  clerkId = (): Locator => this.card.getByTestId('user-clerk-id');
  name = (): Locator => this.card.getByTestId('user-name');
  email = (): Locator => this.card.getByTestId('user-email');
}
