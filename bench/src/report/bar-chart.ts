import type { Chart } from './section.js';
import { drawing, faint, muted, palette, round, text } from './svg.js';

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly emphasis?: boolean;
}

const width = 860;
const labelWidth = 310;
const rowHeight = 28;
const top = 66;

/** Horizontal bars, from zero. @param show formats a value */
export function barChart(
  file: string,
  title: string,
  unit: string,
  bars: readonly Bar[],
  show: (value: number) => string,
): Chart {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const room = width - labelWidth - 110;
  const rows = bars.map(({ label, value, emphasis = false }, index) => {
    const y = top + index * rowHeight;
    const length = round((value / largest) * room);
    return [
      text(labelWidth - 10, y + 15, label, { anchor: 'end', weight: emphasis ? 600 : 400 }),
      `<rect x="${labelWidth}" y="${y}" width="${length}" height="${rowHeight - 8}" rx="2" fill="${emphasis ? palette[0] : faint}"/>`,
      text(labelWidth + length + 8, y + 15, show(value), { weight: emphasis ? 600 : 400 }),
    ].join('\n');
  });
  const height = top + bars.length * rowHeight + 14;
  const subtitle = text(20, 48, unit, { fill: muted });
  return { file, title, svg: drawing(width, height, title, [subtitle, ...rows].join('\n')) };
}
