/** What the app is, for search engines, link previews and the installed app. */
export const description =
  'Sign in with Clerk, and have the user in your own database from the first request.';

/** The background of pages in each theme, for the parts of the window that the browser draws. */
export const pageColours = { light: '#fcfaf7', dark: '#17110d' } as const;
