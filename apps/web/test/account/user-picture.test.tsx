import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { UserPicture } from '@/features/account/user-picture';

test.each([
  ['Ada', 'A'],
  [' ada', 'a'],
  ['😀 Ada', '😀'],
  ['𝒜da', '𝒜'],
  [' ', '?'],
  ['', '?'],
  [null, '?'],
])('without a picture, the name %j is shown as %j', (name, initial) => {
  const markup = renderToStaticMarkup(<UserPicture imageUrl={null} name={name} />);
  expect(markup).toContain(`>${initial}</span>`);
});
