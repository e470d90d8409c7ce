import { base, packageLayers } from '@populatte/eslint-config';

export default [
  // Applications outside of this repository, in plain JavaScript.
  { ignores: ['test/tarball/fixtures/**'] },
  ...base(import.meta.dirname),
  ...packageLayers(import.meta.dirname, {
    core: {},
    infrastructure: { layers: ['core'], modules: ['!@populatte/**'], node: true },
    presentation: { layers: ['core'], modules: ['!@populatte/**'], node: true },
    testing: { layers: ['presentation'], modules: ['!@populatte/**'], node: true },
    '.': {
      layers: ['core', 'infrastructure', 'presentation', 'testing'],
      modules: ['!@populatte/**'],
      node: true,
    },
  }),
];
