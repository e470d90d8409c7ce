// Loaded on demand, because starts without a seed file do not need it. A file of its own, because a bundled
// CommonJS package has no named exports for `await import('yaml')`.
export { parse } from 'yaml';
