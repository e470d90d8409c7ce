/** Helpers that all plots share. */

export const ink = '#1f2328';
export const faint = '#d0d7de';
export const muted = '#59636e';
export const palette = ['#0969da', '#bc4c00', '#1a7f37', '#8250df'] as const;

/** @returns a drawing on white, so that it is readable on a dark page */
export function drawing(width: number, height: number, title: string, body: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" rx="6" fill="#fff"/>`,
    text(20, 28, title, { size: 15, weight: 600 }),
    body,
    '</svg>',
    '',
  ].join('\n');
}

export interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: number;
}

export function text(
  x: number,
  y: number,
  content: string,
  { anchor = 'start', fill = ink, size = 13, weight = 400 }: TextStyle = {},
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${fill}" font-size="${size}" font-weight="${weight}">${escape(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke = faint): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}"/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
