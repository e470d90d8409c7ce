// Loaded on demand, because starts without a seed file do not need it. In a separate file, because
// a bundled CommonJS package has no named exports for `await import('yaml')`.
export { parse } from 'yaml';
