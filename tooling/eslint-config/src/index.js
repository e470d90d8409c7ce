export { base } from './base.js';
export { apiLayers, packageImports, packageLayers } from './boundaries.js';
