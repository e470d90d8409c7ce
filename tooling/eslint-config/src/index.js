export { base } from './base.js';
export { apiLayers, packageImports } from './boundaries.js';
