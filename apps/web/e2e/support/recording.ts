import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import sharp from 'sharp';

/** Milliseconds between two pictures. */
const intervalMs = 250;

/** Milliseconds for which the last picture is shown. */
const lastMs = 4_000;

interface Frame {
  readonly png: Buffer;
  readonly at: number;
}

interface Written {
  readonly pictures: number;
  readonly bytes: number;
}

/**
 * Takes pictures of a page at intervals. Playwright's own videos need a program that it downloads.
 */
export class Recording {
  private readonly frames: Frame[] = [];
  private readonly taking: Promise<void>;
  private isOver = false;

  private constructor(private readonly page: Page) {
    this.taking = this.takePictures();
  }

  static start(page: Page): Recording {
    return new Recording(page);
  }

  /**
   * Ends the recording and writes it as an animated WebP, which plays once.
   *
   * @param path of the file
   * @param width of the pictures, in pixels
   */
  async write(path: string, width: number): Promise<Written> {
    this.isOver = true;
    await this.taking;
    const kept = this.frames.filter(({ png }, index) => {
      const previous = this.frames[index - 1];
      return previous === undefined || !png.equals(previous.png);
    });
    const delay = kept.map(({ at }, index) => {
      const next = kept[index + 1];
      return next === undefined ? lastMs : Math.round(next.at - at);
    });
    // Each picture alone: sharp reduces a joined animation to its first picture.
    const pictures = await Promise.all(
      kept.map(({ png }) => sharp(png).resize({ width }).png().toBuffer()),
    );
    await sharp(pictures, { join: { animated: true } })
      .webp({ delay, loop: 1, quality: 80, minSize: true })
      .toFile(path);
    return { pictures: pictures.length, bytes: (await stat(path)).size };
  }

  private async takePictures(): Promise<void> {
    while (!this.isOver) {
      const at = performance.now();
      this.frames.push({ png: await this.page.screenshot(), at });
      await sleep(Math.max(0, at + intervalMs - performance.now()));
    }
  }
}
