import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { UserDetails } from '@/features/account/user-details';

const at = '2026-01-02T03:04:05.678Z';
const user = {
  ...{ id: '0198c0de-0000-4000-8000-000000000001', clerkId: 'user_1', imageUrl: null },
  ...{ createdAt: at, updatedAt: at },
};

test('the direction of a name and of an email address affects no text around them', () => {
  const [name, email] = ['\u05d0\u05d3\u05d4 (1)', '\u202Eada@example.com'];
  const markup = renderToStaticMarkup(<UserDetails user={{ ...user, name, email }} events={[]} />);
  expect(markup).toContain(`<bdi>${name}</bdi>`);
  expect(markup).toContain(`<bdi>${email}</bdi>`);
});
