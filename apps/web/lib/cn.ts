/**
 * Joins class names. If two of them set the same property, the order in the style sheet decides, not
 * the order here: put styles that callers may override into the layer `components`.
 */
export { clsx as cn } from 'clsx';
