'use client';

import { useState, type ReactNode } from 'react';
import { Monitor, Moon, Sun } from 'lucide-react';
import { buttonVariants } from '@/components/ui/button';
import { themeCookie, themes, type Theme } from '@/lib/theme';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;
const yearSeconds = 31_536_000;

/** Steps through the themes. @param props.initial the theme that the server rendered */
export function ThemeSwitch({ initial }: { readonly initial: Theme }): ReactNode {
  const [theme, setTheme] = useState(initial);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const Icon = icons[theme];
  const label = `Theme: ${theme}. Switch to ${next}`;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={buttonVariants({ variant: 'ghost', size: 'icon' })}
      onClick={() => {
        setTheme(next);
        applyTheme(next);
      }}
    >
      <Icon aria-hidden />
    </button>
  );
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
}
