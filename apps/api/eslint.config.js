import { apiLayers, base } from '@populatte/eslint-config';

export default [...base(import.meta.dirname), ...apiLayers(import.meta.dirname)];
