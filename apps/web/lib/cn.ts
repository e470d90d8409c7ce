import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Joins class names; of Tailwind's classes that contradict each other, the last one stays. */
export function cn(...classes: ClassValue[]): string {
  return twMerge(clsx(classes));
}
