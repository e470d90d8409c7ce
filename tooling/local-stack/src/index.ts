export { localWebBuildEnvironment } from './services/local-clerk.js';
