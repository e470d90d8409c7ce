import type { Page } from '@playwright/test';
import { forEachPage } from '../support/pages';
import { expect, test } from '../support/test';

/** CSS pixels of a window of 1280 × 800 at two zooms. 400 % is what WCAG's reflow asks for. */
const zooms = {
  '200 %': { width: 640, height: 400 },
  '400 %': { width: 320, height: 400 },
} as const;

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [zoom, viewport] of Object.entries(zooms)) {
    test(`at ${zoom} zoom nothing scrolls sideways and no control is cut off, ${colorScheme}`, async ({
      visitor,
      page,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await forEachPage(
        page,
        () => visitor.arrive(),
        async ({ name }) => {
          const { scrollWidth, cutOff } = await page.evaluate(findCutOff);
          expect.soft(scrollWidth, name).toBeLessThanOrEqual(viewport.width);
          expect.soft(cutOff, name).toEqual([]);
        },
      );
    });
  }

  test(`the keyboard reaches every control, whose focus is visible and not covered, ${colorScheme}`, async ({
    visitor,
    page,
  }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(zooms['200 %']);
    await forEachPage(
      page,
      () => visitor.arrive(),
      async ({ name }) => {
        const { stops, covered } = await tabThrough(page);
        const missed = await page.evaluate(findMissed);
        expect.soft(stops, name).toBeGreaterThan(4);
        expect.soft(covered, name).toEqual([]);
        expect.soft(missed, name).toEqual([]);
      },
    );
  });
}

const textSpacing = '* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }';

for (const [text, style] of [
  ['the text spacing of WCAG 1.4.12', textSpacing],
  ['large and widely spaced text', `html { font-size: 200% } ${textSpacing}`],
] as const) {
  test(`at 400 % zoom with ${text}, the header fits and covers no focus`, async ({
    visitor,
    page,
  }) => {
    await page.setViewportSize(zooms['400 %']);
    await visitor.arrive();
    await page.evaluate((rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      document.adoptedStyleSheets.push(sheet);
    }, style);
    const button = page.getByRole('button', { name: 'Open user menu' });
    await expect(button).toBeInViewport({ ratio: 1 });
    // Content that arrives later would move the focused element.
    await expect(page.getByTestId('event').first()).toBeVisible();
    await expect(page.getByTestId('token-left')).toBeVisible();
    const { covered } = await tabThrough(page);
    expect(covered).toEqual([]);
  });
}

test('every page has one main heading, no skipped heading level, and named landmarks', async ({
  visitor,
  page,
}) => {
  await forEachPage(
    page,
    () => visitor.arrive(),
    async ({ name }) => {
      const levels = await page.evaluate(readHeadingLevels);
      const gaps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
      expect
        .soft(
          levels.filter((level) => level === 1),
          name,
        )
        .toHaveLength(1);
      expect.soft(gaps, `${name}: ${levels.join(' ')}`).toEqual([]);
      for (const role of ['banner', 'main', 'contentinfo'] as const) {
        await expect.soft(page.getByRole(role), `${name}: ${role}`).toHaveCount(1);
      }
      await expect.soft(page.getByRole('navigation', { name: 'Main' }), name).toHaveCount(1);
      await expect(page, name).toHaveTitle(/Populatte/);
    },
  );
});

const maxStops = 80;

/** Presses Tab until the focus leaves the page, and records each focused element. */
async function tabThrough(page: Page): Promise<{ stops: number; covered: string[] }> {
  await page.evaluate(() => {
    Object.assign(window, { reached: new Set<Element>() });
    window.scrollTo(0, 0);
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  const covered: string[] = [];
  for (let stops = 0; stops < maxStops; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(lookAtFocus);
    if (stop === null) return { stops, covered };
    if (stop.isCovered) covered.push(stop.what);
  }
  throw new Error(`The focus did not leave the page after ${maxStops} stops.`);
}

/** Runs in the page. @returns null if no element has the focus, or the element had it before */
function lookAtFocus(): { what: string; isCovered: boolean } | null {
  const { reached } = window as unknown as { reached: Set<Element> };
  const element = document.activeElement;
  if (element === null || element === document.body || reached.has(element)) return null;
  reached.add(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const at = document.elementFromPoint(
    Math.min(Math.max((left + right) / 2, 1), innerWidth - 1),
    Math.min(Math.max((top + bottom) / 2, 1), innerHeight - 1),
  );
  const isOver = at !== null && !element.contains(at) && !at.contains(element);
  const isOutside = bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth;
  // A small control may be invisible with a visible stand-in over it, like Clerk's code field.
  const isStandIn = getComputedStyle(element).opacity === '0';
  return {
    what: element.outerHTML.slice(0, 160),
    isCovered: !isStandIn && (isOver || isOutside),
  };
}

/** Runs in the page. @returns the controls that the keyboard did not reach */
function findMissed(): string[] {
  const { reached } = window as unknown as { reached: Set<Element> };
  const controls = document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]',
  );
  return [...controls]
    .filter(
      (control) =>
        control instanceof HTMLElement &&
        control.tabIndex >= 0 &&
        !control.matches(':disabled, [aria-hidden=true] *, [inert] *, [aria-hidden=true]') &&
        control.checkVisibility({ visibilityProperty: true }) &&
        control.getBoundingClientRect().width > 0 &&
        !reached.has(control),
    )
    .map((control) => control.outerHTML.slice(0, 160));
}

/** Runs in the page. */
function findCutOff(): { scrollWidth: number; cutOff: string[] } {
  const cutOff: string[] = [];
  const controls = document.querySelectorAll('a[href], button, input, select, textarea, h1, h2');
  for (const control of controls) {
    if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = control.getBoundingClientRect();
    // Texts that are only for screen readers are a pixel wide.
    if (box.width <= 1 || box.height <= 1) continue;
    let [left, right] = [0, innerWidth];
    for (let parent = control.parentElement; parent !== null; parent = parent.parentElement) {
      if (getComputedStyle(parent).overflowX === 'visible') continue;
      const frame = parent.getBoundingClientRect();
      [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
    }
    const isCut = box.left < left - 1 || box.right > right + 1;
    // A link or a button whose text is cut off.
    const isOverflowing =
      control.scrollWidth > control.clientWidth + 1 &&
      control.clientWidth > 0 &&
      !control.matches('input, textarea, select') &&
      getComputedStyle(control).overflowX !== 'visible';
    if (isCut || isOverflowing) cutOff.push(control.outerHTML.slice(0, 160));
  }
  return { scrollWidth: document.documentElement.scrollWidth, cutOff };
}

/** Runs in the page. Excludes Clerk's profile, which has its own main headings. */
function readHeadingLevels(): number[] {
  return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(
      (heading) =>
        heading.checkVisibility() && heading.closest('[class*="cl-userProfile"]') === null,
    )
    .map((heading) => Number(heading.tagName.slice(1)));
}
