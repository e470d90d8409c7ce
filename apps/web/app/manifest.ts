import type { MetadataRoute } from 'next';
import { description, pageColours } from './site';

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Populatte',
    short_name: 'Populatte',
    description,
    start_url: '/dashboard',
    display: 'standalone',
    background_color: pageColours.light,
    theme_color: pageColours.light,
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/apple-icon.png', sizes: '180x180', type: 'image/png' },
    ],
  };
}
