import type { Chart } from './section.js';
import { drawing, line, muted, palette, round, text } from './svg.js';

export interface Series {
  readonly label: string;
  /** One per step of the horizontal axis. */
  readonly values: readonly number[];
}

export interface LineChart {
  readonly file: string;
  readonly title: string;
  /** Label of the vertical axis, which starts at zero. */
  readonly unit: string;
  /** Label of the horizontal axis, and its evenly spaced steps. */
  readonly across: string;
  readonly steps: readonly string[];
  readonly series: readonly Series[];
}

const width = 860;
const height = 360;
const area = { left: 80, right: width - 40, top: 90, bottom: height - 60 } as const;
const gridLines = 4;

/** Lines over steps, from zero. @param show formats a value */
export function lineChart(chart: LineChart, show: (value: number) => string): Chart {
  const { file, title, unit, across, steps, series } = chart;
  const top = niceTop(Math.max(...series.flatMap(({ values }) => values)));
  const x = (step: number): number =>
    area.left + ((step + 0.5) / steps.length) * (area.right - area.left);
  const y = (value: number): number => area.bottom - (value / top) * (area.bottom - area.top);
  const grid = Array.from({ length: gridLines + 1 }, (_, index) => {
    const value = (top * index) / gridLines;
    return [
      line(area.left, y(value), area.right, y(value)),
      text(area.left - 10, y(value) + 4, show(value), { anchor: 'end', fill: muted }),
    ].join('\n');
  });
  const body = [
    text(20, 48, unit, { fill: muted }),
    ...grid,
    ...steps.map((step, index) => text(x(index), area.bottom + 22, step, { anchor: 'middle' })),
    text((area.left + area.right) / 2, height - 14, across, { anchor: 'middle', fill: muted }),
    ...series.map((each, index) => drawSeries(each, index, x, y, show)),
  ];
  return { file, title, svg: drawing(width, height, title, body.join('\n')) };
}

function drawSeries(
  { label, values }: Series,
  index: number,
  x: (step: number) => number,
  y: (value: number) => number,
  show: (value: number) => string,
): string {
  const color = palette[index % palette.length] ?? palette[0];
  const points = values.map((value, step) => `${round(x(step))},${round(y(value))}`).join(' ');
  return [
    `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...values.map((value, step) =>
      [
        `<circle cx="${round(x(step))}" cy="${round(y(value))}" r="4" fill="${color}"/>`,
        text(x(step), y(value) - 10, show(value), { anchor: 'middle', fill: color, weight: 600 }),
      ].join('\n'),
    ),
    text(area.left + index * 260, 72, `● ${label}`, { fill: color }),
  ].join('\n');
}

/** The smallest of 1, 2, 4, 5 or 8 times a power of ten that is at least the value. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, Number.MIN_VALUE)));
  return ([1, 2, 4, 5, 8].find((step) => step * power >= value) ?? 10) * power || 1;
}
