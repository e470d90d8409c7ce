import { base } from '@populatte/eslint-config';

export default base(import.meta.dirname);
