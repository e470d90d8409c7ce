/**
 * Adds what Swagger UI lacks for screen readers: landmarks, heading levels, names of controls, and
 * one control per row instead of a link within a button. Swagger UI may render at any time, so an
 * observer repeats this. It sets only attributes that differ, to avoid an endless loop.
 */
export const docsScript = `
const root = document.getElementById('swagger-ui');
const set = (element, name, value) => {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};
const each = (selector, change) => root.querySelectorAll(selector).forEach(change);
function complete() {
  set(root, 'role', 'main');
  // The title is the only h1, and the next headings are h3.
  for (const level of [3, 4, 5]) {
    each('h' + level, (heading) => set(heading, 'aria-level', String(level - 1)));
  }
  each('.opblock-summary-control a[href]', (link) => link.removeAttribute('href'));
  each('#servers', (select) => set(select, 'aria-label', 'Server'));
  each('.responses-table', (table) => {
    const summary = table.closest('.opblock')?.querySelector('.opblock-summary-control');
    const live = table.classList.contains('live-responses-table') ? 'Answer of ' : 'Responses of ';
    set(table, 'aria-label', live + (summary?.textContent ?? ''));
  });
  each('.close-modal', (button) => set(button, 'aria-label', 'Close'));
  each('.modal-ux', (dialog) => {
    set(dialog, 'role', 'dialog');
    set(dialog, 'aria-modal', 'true');
    set(dialog, 'aria-label', 'Available authorizations');
  });
}
new MutationObserver(complete).observe(root, {
  attributeFilter: ['href'],
  childList: true,
  subtree: true,
});
complete();
`;
