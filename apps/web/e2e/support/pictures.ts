import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { webApp } from '../stack/folders';

/** A picture of a page, reduced to so few pixels that text rendering hardly matters. */
export interface Picture {
  /** The full-size picture. */
  readonly png: Buffer;
  /** The reduced picture. */
  readonly reduced: Buffer;
}

/** The place where two pictures differ most. */
export interface Difference {
  /** The largest mean difference of a colour channel in a block: 0 to 255. */
  readonly largest: number;
  /** The position of that block, in words. */
  readonly where: string;
}

/** Width and height of a block, in pixels of the reduced picture. */
const block = 8;

/** Blocks overlap, so that a change is never split between two. */
const step = block / 2;

/** The width of a reduced picture, by that of the page. */
const reducedWidths = new Map([
  [390, 56],
  [1440, 192],
]);

/** The tolerated difference in page height, because other fonts wrap lines differently. */
const maxHeightShare = 0.03;

/** Hides content that differs from run to run, but keeps its space. */
const withoutVolatile = `
  time, code, [data-testid=user-picture], [class*=cl-avatarBox], [data-testid=token-left],
  [role=meter] > *, [aria-labelledby=cost] :is(dd, p),
  [aria-labelledby=promises] > p { visibility: hidden !important }
`;

const references = join(webApp, 'e2e/references');
const results = join(webApp, '.local/e2e/pictures');

/** @param style more CSS rules for the picture */
export async function takePicture(page: Page, style = ''): Promise<Picture> {
  const png = await page.screenshot({
    fullPage: true,
    animations: 'disabled',
    style: `${withoutVolatile}${style}`,
  });
  const width = reducedWidths.get(page.viewportSize()?.width ?? 0);
  if (width === undefined) throw new Error('Pictures of this width have no reduced width.');
  return { png, reduced: await sharp(png).removeAlpha().resize({ width }).png().toBuffer() };
}

export async function saveReference(name: string, { reduced }: Picture): Promise<void> {
  await mkdir(references, { recursive: true });
  await writeFile(join(references, `${name}.png`), reduced);
}

/** Compares a picture with its reference. */
export async function compareWithReference(name: string, picture: Picture): Promise<Difference> {
  return compare(picture.reduced, await readReference(name));
}

/** Writes a picture and its reference to `.local/e2e/pictures`. @returns the folder */
export async function saveResult(name: string, picture: Picture): Promise<string> {
  await mkdir(results, { recursive: true });
  await writeFile(join(results, `${name}.now.png`), picture.png);
  await writeFile(join(results, `${name}.now-reduced.png`), picture.reduced);
  await writeFile(join(results, `${name}.reference.png`), await readReference(name));
  return results;
}

async function readReference(name: string): Promise<Buffer> {
  return readFile(join(references, `${name}.png`));
}

/** Compares the mean colours of overlapping blocks of two reduced pictures. */
export async function compare(now: Buffer, reference: Buffer): Promise<Difference> {
  const { width, height } = await sharp(reference).metadata();
  const { height: heightNow } = await sharp(now).metadata();
  if (Math.abs(heightNow - height) > Math.max(1, height * maxHeightShare)) {
    return { largest: 255, where: `the height: ${heightNow} pixels instead of ${height}` };
  }
  const [one, other] = await Promise.all(
    [now, reference].map((png) =>
      sharp(png).removeAlpha().resize({ width, height, fit: 'fill' }).raw().toBuffer(),
    ),
  );
  let worst: Difference = { largest: 0, where: 'nowhere' };
  if (one === undefined || other === undefined) return worst;
  for (const top of stepsOf(height)) {
    for (const left of stepsOf(width)) {
      const largest = differenceOfBlock(one, other, width, { left, top });
      if (largest > worst.largest) worst = { largest, where: inPercent(left, width, top, height) };
    }
  }
  return worst;
}

/** Start positions of the blocks along one side; the last block ends at the picture's edge. */
function stepsOf(length: number): number[] {
  const last = Math.max(0, length - block);
  const starts = Array.from({ length: Math.ceil(last / step) }, (_, index) => index * step);
  return [...starts, last];
}

/** The channel that differs most decides: a changed hue may keep the brightness. */
function differenceOfBlock(
  one: Buffer,
  other: Buffer,
  width: number,
  { left, top }: { readonly left: number; readonly top: number },
): number {
  const sums = [0, 0, 0];
  for (let y = top; y < top + block; y += 1) {
    for (let x = left; x < left + block; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const index = (y * width + x) * 3 + channel;
        sums[channel] = (sums[channel] ?? 0) + (one[index] ?? 0) - (other[index] ?? 0);
      }
    }
  }
  return Math.max(...sums.map(Math.abs)) / block ** 2;
}

function inPercent(left: number, width: number, top: number, height: number): string {
  const percent = (part: number, whole: number): string =>
    `${Math.round(((part + block / 2) / whole) * 100)} %`;
  return `${percent(left, width)} from the left, ${percent(top, height)} from the top`;
}
