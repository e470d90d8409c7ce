import { aNewUser } from '../support/new-user';
import { expect, test } from '../support/test';

test('a sign-up shows the local user that its first request created', async ({
  visitor,
  control,
}) => {
  const user = aNewUser();
  expect(await control.findRows(user.email)).toEqual([]);

  await visitor.signUp(user);

  await expect(visitor.localUser().email()).toHaveText(user.email);
  await expect(visitor.localUser().name()).toHaveText('Ada Lovelace');
  const rows = await control.findRows(user.email);
  expect(rows).toEqual([
    {
      id: await visitor.localUser().id().textContent(),
      clerkId: await visitor.localUser().clerkId().textContent(),
      email: user.email,
      name: 'Ada Lovelace',
    },
  ]);
});

test('the dashboard’s first response contains the local user, before any script runs', async ({
  visitor,
  control,
  page,
}) => {
  const user = await visitor.arrive();
  const [row] = await control.findRows(user.email);

  const response = await page.request.get('/dashboard');

  expect(await response.text()).toContain(row?.id);
});

test('a reload shows the same local user', async ({ visitor, control, page }) => {
  const user = await visitor.arrive();
  const id = await visitor.localUser().id().textContent();

  await page.reload();

  await expect(visitor.localUser().id()).toHaveText(id ?? '');
  expect(await control.findRows(user.email)).toHaveLength(1);
});

test('a sign-out ends the session', async ({ visitor, page }) => {
  await visitor.arrive();

  await visitor.signOut();
  await page.goto('/dashboard');

  await expect(page).toHaveURL(/\/sign-in/);
});

test('a wrong password is refused, and the right one shows the same local user', async ({
  visitor,
  page,
}) => {
  const user = await visitor.arrive();
  const id = await visitor.localUser().id().textContent();
  await visitor.signOut();

  await visitor.tryToSignIn({ ...user, password: 'not-the-password' });
  await expect(page.getByTestId('form-feedback-error')).toContainText('Password is incorrect');
  await visitor.enterPassword(user.password);

  await expect(page).toHaveURL('/dashboard');
  await expect(visitor.localUser().id()).toHaveText(id ?? '');
});

test('a name changed in Clerk’s profile reaches the local row within seconds', async ({
  visitor,
  control,
  page,
}) => {
  const user = await visitor.arrive();
  await page.getByRole('link', { name: 'Account' }).click();

  await page.getByRole('button', { name: 'Update profile' }).click();
  const firstName = page.getByLabel('First name');
  await firstName.fill('Augusta');
  // Not a click on its button, which Clerk moves while it opens the form.
  await firstName.press('Enter');

  // The next token, up to a minute later, would carry the name anyway.
  await expect(page.getByTestId('sync-note')).toContainText('Augusta Lovelace', {
    timeout: 20_000,
  });
  expect(await control.findRows(user.email)).toMatchObject([{ name: 'Augusta Lovelace' }]);
});
