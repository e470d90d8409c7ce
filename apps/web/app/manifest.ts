import type { MetadataRoute } from 'next';

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Populatte',
    short_name: 'Populatte',
    description:
      'Sign in with Clerk, and have the user in your own database from the first request.',
    start_url: '/dashboard',
    display: 'standalone',
    background_color: '#fcfaf7',
    theme_color: '#fcfaf7',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/apple-icon.png', sizes: '180x180', type: 'image/png' },
    ],
  };
}
