/** Gives Clerk's components the tokens of app/globals.css: colours of both themes, font and corners. */
export const clerkAppearance = {
  variables: {
    colorBackground: 'var(--card)',
    colorForeground: 'var(--card-foreground)',
    colorPrimary: 'var(--primary)',
    colorPrimaryForeground: 'var(--primary-foreground)',
    colorMuted: 'var(--muted)',
    colorMutedForeground: 'var(--muted-foreground)',
    colorNeutral: 'var(--foreground)',
    colorInput: 'var(--background)',
    colorInputForeground: 'var(--foreground)',
    colorRing: 'var(--ring)',
    colorDanger: 'var(--destructive)',
    colorSuccess: 'var(--success)',
    colorWarning: 'var(--warning)',
    fontFamily: 'inherit',
    borderRadius: 'var(--radius)',
  },
} as const;

/**
 * Fits the profile into its page: full width, no shadow, and no taller than its content. The page
 * deletes accounts itself, because it can say what is erased.
 */
export const userProfileAppearance = {
  elements: {
    rootBox: { width: '100%' },
    cardBox: {
      width: '100%',
      maxWidth: 'none',
      height: 'auto',
      minHeight: '24rem',
      boxShadow: 'none',
      border: '1px solid var(--border)',
    },
    profileSection__danger: { display: 'none' },
  },
} as const;
