import type { Page } from '@playwright/test';

/**
 * Changes the document as the translation of a browser does, now and whenever it changes: replaces
 * each text by an element with another text, here the same one. React still refers to the old one.
 */
export async function translate(page: Page): Promise<void> {
  await page.evaluate(replaceTexts);
}

/** Runs in the page. Clerk's own components are left out. */
function replaceTexts(): void {
  const replaceBelow = (root: Node): void => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Node[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode);
    for (const text of texts) {
      const isLeftOut = text.parentElement?.closest(
        'translated-text, script, style, option, [class*="cl-"]',
      );
      if (isLeftOut !== null || text.textContent?.trim() === '') continue;
      const translated = document.createElement('translated-text');
      translated.textContent = text.textContent;
      text.parentNode?.replaceChild(translated, text);
    }
  };
  replaceBelow(document.body);
  new MutationObserver((changes) => {
    for (const { target } of changes) replaceBelow(target);
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}
