/**
 * Joins class names. If two of them set the same property, the order in the style sheet decides, not
 * the order here: what a component lets its users override belongs in the layer `components`.
 */
export { clsx as cn } from 'clsx';
