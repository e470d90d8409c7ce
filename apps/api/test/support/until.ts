export { until } from '@populatte/process-kit';
