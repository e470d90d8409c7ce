import { base } from '@populatte/eslint-config';

export default [{ ignores: ['.content/**', '.vitepress/cache/**'] }, ...base(import.meta.dirname)];
