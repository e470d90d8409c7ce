import { base, packageLayers } from '@populatte/eslint-config';

export default [
  ...base(import.meta.dirname),
  ...packageLayers(import.meta.dirname, {
    core: {},
    infrastructure: { layers: ['core'], modules: ['!@populatte/**'], node: true },
    presentation: { layers: ['core'], modules: ['!@populatte/**'], node: true },
    '.': {
      layers: ['core', 'infrastructure', 'presentation'],
      modules: ['!@populatte/**'],
      node: true,
    },
  }),
];
