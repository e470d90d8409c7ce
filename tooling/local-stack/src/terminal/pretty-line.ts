import { styleText } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../parse-json.js';

/** A line of a pino log. Other fields are shown unchanged. */
const entry = z.looseObject({
  level: z.union([z.string(), z.number()]),
  time: z.union([z.string(), z.number()]),
  msg: z.string().optional(),
});

/** Pino's numbers, in its documentation's "levels". */
const levels = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
const colors = { warn: 'yellow', error: 'red', fatal: 'red' } as const;
/** The same on every line of one process. */
const constant = new Set([
  'level',
  'time',
  'msg',
  'pid',
  'host',
  'hostname',
  'service',
  'version',
  'v',
]);

/**
 * Formats a line of a structured log: time, level, message, then `name=value` for the other fields.
 * Any other line is returned unchanged.
 */
export function prettyLine(line: string): string {
  if (!line.startsWith('{')) return line;
  const parsed = entry.safeParse(parseJson(line));
  if (!parsed.success) return line;
  const { level, time, msg, ...rest } = parsed.data;
  const name = typeof level === 'string' ? level : (levels.get(level) ?? `${level}`);
  const details = Object.entries(rest)
    .filter(([key, value]) => !constant.has(key) && value !== null)
    .map(([key, value]) => `${key}=${shown(value)}`);
  const stack = name === 'error' || name === 'fatal' ? stackOf(rest['err']) : '';
  return [clock(time), colored(name), msg, styleText('dim', `${details.join(' ')}${stack}`)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

const loggedError = z.object({
  message: z.string(),
  code: z.string().optional(),
  stack: z.string().optional(),
  cause: z.unknown().optional(),
});

/** An error is its message and those of its causes. */
function shown(value: unknown): string {
  const error = loggedError.safeParse(value);
  if (error.success) {
    const { message, code, cause } = error.data;
    // The error of an address with several IP addresses has a code only.
    const text = code === undefined || message.includes(code) ? message : `${message} (${code})`;
    return cause === undefined ? text.trim() : `${text.trim()} ← ${shown(cause)}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The stack traces of an error and its causes, each line on its own line. */
function stackOf(value: unknown): string {
  const error = loggedError.safeParse(value);
  if (!error.success) return '';
  const { message, stack = '', cause } = error.data;
  return `\n    ${message}\n${stack}${stackOf(cause)}`;
}

function clock(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.valueOf()) ? `${time}` : date.toISOString().slice(11, 23);
}

function colored(level: string): string {
  const color = Object.entries(colors).find(([name]) => name === level)?.[1];
  const padded = level.toUpperCase().padEnd(5);
  return color === undefined ? padded : styleText(color, padded);
}
