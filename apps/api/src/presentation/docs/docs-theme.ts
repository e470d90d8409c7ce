/** The web app's design tokens that the documentation uses: light and dark (apps/web/app/tokens.css). */
export const designTokens = {
  background: 'light-dark(oklch(0.985 0.005 75), oklch(0.18 0.012 50))',
  foreground: 'light-dark(oklch(0.23 0.018 50), oklch(0.945 0.008 75))',
  card: 'light-dark(oklch(0.999 0.001 75), oklch(0.215 0.014 50))',
  muted: 'light-dark(oklch(0.955 0.009 75), oklch(0.27 0.016 50))',
  'muted-foreground': 'light-dark(oklch(0.47 0.018 55), oklch(0.75 0.016 70))',
  primary: 'light-dark(oklch(0.46 0.1 50), oklch(0.8 0.1 65))',
  'primary-foreground': 'light-dark(oklch(0.99 0.005 75), oklch(0.2 0.03 50))',
  accent: 'light-dark(oklch(0.945 0.028 70), oklch(0.3 0.035 55))',
  'accent-foreground': 'light-dark(oklch(0.38 0.08 50), oklch(0.87 0.07 70))',
  success: 'light-dark(oklch(0.48 0.1 155), oklch(0.8 0.12 155))',
  warning: 'light-dark(oklch(0.5 0.11 75), oklch(0.83 0.12 85))',
  destructive: 'light-dark(oklch(0.52 0.2 27), oklch(0.73 0.16 25))',
  border: 'light-dark(oklch(0.9 0.011 70), oklch(0.34 0.017 50))',
  ring: 'light-dark(oklch(0.55 0.13 50), oklch(0.77 0.12 62))',
  radius: '0.625rem',
} as const;

const tokens = Object.entries(designTokens)
  .map(([name, value]) => `--${name}: ${value};`)
  .join('\n  ');

/**
 * Gives Swagger UI the look of the web app, light or dark according to the system. Swagger UI sets
 * colours in individual rules, so these rules repeat its selectors.
 */
export const docsCss = `
:root {
  color-scheme: light dark;
  ${tokens}
}
body {
  background: var(--background);
  color: var(--foreground);
}
.swagger-ui,
.swagger-ui * {
  font-family: ui-sans-serif, system-ui, sans-serif !important;
}
.swagger-ui :is(code, pre, .microlight, .opblock-summary-path, .prop-type, .parameter__type, .model),
.swagger-ui :is(code, pre, .microlight, .opblock-summary-path, .prop-type, .parameter__type, .model) * {
  font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace !important;
}
.swagger-ui .wrapper {
  max-width: 72rem;
  padding: 0 1.5rem;
}
.swagger-ui :is(
  .info .title, .info h1, .info h2, .info h3, .info h4, .info h5, .info li, .info p, .info table,
  .opblock-tag, .opblock-tag small, .opblock .opblock-summary-path, .opblock .opblock-summary-path__deprecated,
  .opblock .opblock-summary-description, .opblock .opblock-summary-operation-id,
  .opblock-description-wrapper, .opblock-description-wrapper p, .opblock-description-wrapper h4,
  .opblock-external-docs-wrapper, .opblock-external-docs-wrapper p, .opblock-title_normal, .opblock-title_normal p,
  .opblock .opblock-section-header h4, .opblock .opblock-section-header > label,
  .parameter__name, .parameter__type, .parameter__in, .parameter__extension, .parameter__deprecated,
  .response-col_status, .response-col_links, .response-control-media-type__title, .responses-inner h4, .responses-inner h5,
  .tab li, table thead tr td, table thead tr th, table tbody tr td, .renderedMarkdown, .renderedMarkdown p, .renderedMarkdown code,
  .model, .model-title, .model .property.primitive, .prop-format, .model-hint, section.models h4, section.models h5,
  .scheme-container .schemes > label, .servers > label, .servers-title, .auth-container, .auth-container h4, .auth-container label,
  .dialog-ux .modal-ux-content p, .dialog-ux .modal-ux-content h4, .dialog-ux .modal-ux-header h3,
  .loading-container .loading::after, .json-schema-2020-12__title, .json-schema-2020-12-accordion, .json-schema-2020-12-expand-deep-button,
  .json-schema-2020-12-keyword__name, .json-schema-2020-12-keyword__value, .json-schema-2020-12-property .json-schema-2020-12__title,
  .json-schema-2020-12-keyword__name--secondary, .json-schema-2020-12-keyword__value--secondary, .json-schema-2020-12-keyword__name--primary,
  .json-schema-2020-12-json-viewer__name, .json-schema-2020-12-json-viewer__value, .json-schema-2020-12-json-viewer__name--secondary, .json-schema-2020-12-json-viewer__value--secondary
) {
  color: var(--foreground);
}
.swagger-ui :is(
  .opblock .opblock-summary-description, .opblock-tag small, .parameter__type, .parameter__in, .prop-format, .prop-type,
  .response-control-media-type__accept-message, .opblock .opblock-summary-operation-id, .servers > label, .info .base-url,
  .json-schema-2020-12__attribute--primary, .json-schema-2020-12__attribute--muted, .json-schema-2020-12__constraint--string, .json-schema-2020-12__constraint,
  .json-schema-2020-12-keyword__name--secondary, .json-schema-2020-12-keyword__value--secondary, .json-schema-2020-12-keyword__value--const
) {
  color: var(--muted-foreground);
}
.swagger-ui :is(.json-schema-2020-12__constraint, .json-schema-2020-12__constraint--string, .json-schema-2020-12-keyword__value--const, .json-schema-2020-12-keyword__value--warning) {
  background: var(--muted);
  border-color: var(--border);
  color: var(--muted-foreground);
}
.swagger-ui :is(a, .info a, .opblock-external-docs__link, a.nostyle:hover) {
  color: var(--primary);
  text-decoration: underline;
  text-underline-offset: 4px;
}
.swagger-ui :is(a.nostyle, a.nostyle:visited, .opblock-tag a) {
  color: inherit;
  text-decoration: none;
}
.swagger-ui .info {
  margin: 3rem 0 2rem;
}
.swagger-ui .info .title {
  font-size: clamp(1.75rem, 1.25rem + 2vw, 2.5rem);
  font-weight: 600;
  letter-spacing: -0.03em;
}
.swagger-ui .info .title small,
.swagger-ui .info .title small.version-stamp {
  background: var(--accent);
  border-radius: 999px;
  padding: 0.15rem 0.6rem;
}
.swagger-ui .info .title small pre {
  color: var(--accent-foreground);
  font-size: 0.75rem;
}
.swagger-ui .scheme-container {
  background: transparent;
  border-block: 1px solid var(--border);
  box-shadow: none;
  margin: 0 0 1.5rem;
  padding: 1.25rem 0;
}
.swagger-ui .opblock-tag,
.swagger-ui .opblock-tag-section h3 {
  border-color: var(--border);
}
.swagger-ui .opblock-tag {
  font-size: 1.25rem;
  font-weight: 600;
  letter-spacing: -0.02em;
}
.swagger-ui .opblock-tag:hover,
.swagger-ui section.models h4:hover {
  background: var(--muted);
}
.swagger-ui .opblock,
.swagger-ui .opblock:is(.opblock-get, .opblock-post, .opblock-put, .opblock-delete, .opblock-patch, .opblock-head, .opblock-options, .opblock-deprecated) {
  background: var(--card);
  border: 1px solid var(--border);
  border-radius: var(--radius);
  box-shadow: none;
  overflow: hidden;
}
.swagger-ui .opblock:is(.opblock-get, .opblock-post, .opblock-put, .opblock-delete, .opblock-patch, .opblock-head, .opblock-options, .opblock-deprecated) .opblock-summary {
  border-color: var(--border);
}
.swagger-ui .opblock .opblock-summary {
  padding: 0.5rem 0.75rem;
}
.swagger-ui .opblock .opblock-summary:hover {
  background: var(--muted);
}
.swagger-ui .opblock .opblock-summary-method,
.swagger-ui .opblock:is(.opblock-get, .opblock-post, .opblock-put, .opblock-delete, .opblock-patch, .opblock-head, .opblock-options) .opblock-summary-method {
  background: var(--accent);
  border-radius: 6px;
  color: var(--accent-foreground);
  font-weight: 600;
  text-shadow: none;
}
.swagger-ui .opblock.opblock-get .opblock-summary-method {
  background: color-mix(in oklab, var(--success) 14%, var(--card));
  color: var(--success);
}
.swagger-ui .opblock.opblock-delete .opblock-summary-method {
  background: color-mix(in oklab, var(--destructive) 12%, var(--card));
  color: var(--destructive);
}
.swagger-ui .opblock .opblock-section-header {
  background: var(--muted);
  box-shadow: none;
}
.swagger-ui :is(.opblock-body pre.microlight, .highlight-code > .microlight, .highlight-code pre, .curl-command pre, .example pre) {
  background: var(--muted) !important;
  border: 1px solid var(--border);
  border-radius: var(--radius);
  color: var(--foreground) !important;
}
.swagger-ui :is(.microlight, .highlight-code, .curl-command) span {
  color: var(--foreground) !important;
}
.swagger-ui :is(.renderedMarkdown code, .info code, table tbody code) {
  background: var(--muted);
  border-radius: 4px;
  padding: 0.1rem 0.35rem;
}
.swagger-ui :is(.model-box, section.models, section.models .model-container, .model-box-control, .json-schema-2020-12) {
  background: var(--muted);
  border-color: var(--border);
  border-radius: var(--radius);
}
.swagger-ui section.models {
  background: var(--card);
}
.swagger-ui section.models h4 {
  border-color: var(--border);
}
.swagger-ui :is(input[type='text'], input[type='password'], input[type='email'], input[type='file'], input[type='search'], select, textarea) {
  background-color: var(--background);
  border: 1px solid color-mix(in oklab, var(--muted-foreground) 60%, transparent);
  border-radius: calc(var(--radius) - 2px);
  box-shadow: none;
  color: var(--foreground);
}
.swagger-ui .btn {
  background: var(--card);
  border: 1px solid var(--border);
  border-radius: calc(var(--radius) - 2px);
  box-shadow: none;
  color: var(--foreground);
  font-weight: 500;
}
.swagger-ui .btn:hover {
  background: var(--muted);
  box-shadow: none;
}
.swagger-ui :is(.btn.authorize, .btn.execute) {
  background: var(--primary);
  border-color: var(--primary);
  color: var(--primary-foreground);
}
.swagger-ui .btn.authorize span {
  color: inherit;
}
.swagger-ui .btn.authorize svg {
  fill: currentColor;
}
.swagger-ui .btn.cancel,
.swagger-ui .btn.btn-clear {
  color: var(--destructive);
}
.swagger-ui :is(svg:not(:root), .arrow, .expand-operation svg, .authorization__btn svg, .model-toggle::after, .copy-to-clipboard button) {
  fill: currentColor;
}
.swagger-ui :is(.parameter__name.required, .parameter__name.required span, .parameter__name.required::after, .model .property-row .star, .errors-wrapper .errors h4, .response-undocumented) {
  color: var(--destructive);
}
.swagger-ui .errors-wrapper {
  background: color-mix(in oklab, var(--destructive) 6%, var(--card));
  border-color: var(--destructive);
}
.swagger-ui .dialog-ux .modal-ux {
  background: var(--card);
  border: 1px solid var(--border);
  border-radius: calc(var(--radius) + 4px);
}
.swagger-ui :is(.dialog-ux .modal-ux-header, .auth-container, table thead tr td, table thead tr th, .response-controls, .tab) {
  border-color: var(--border);
}
.swagger-ui .copy-to-clipboard {
  background: var(--card);
  border: 1px solid var(--border);
}
.swagger-ui :is(.tab li button.tablinks, .json-schema-2020-12-accordion, .json-schema-2020-12-expand-deep-button, .model-box-control) {
  color: inherit;
}
.swagger-ui .response-control-media-type--accept-controller select {
  border-color: var(--success);
}
.swagger-ui .opblock[class] .tab-header .tab-item.active h4 span::after {
  background: var(--primary);
}
.swagger-ui .auth-btn-wrapper {
  gap: 0.5rem;
}
.swagger-ui .loading-container .loading::before {
  border-color: var(--border);
  border-top-color: var(--primary);
}
:focus-visible,
.swagger-ui :is(a, button, input, select, textarea, [tabindex]):focus-visible {
  outline: 2px solid var(--ring);
  outline-offset: 2px;
}
@media (prefers-reduced-motion: reduce) {
  * {
    animation-duration: 0s !important;
    transition-duration: 0s !important;
  }
}
`;

/** The web app's mark (apps/web/app/icon.svg). */
export const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none"><style>.t{color:#774020}@media (prefers-color-scheme:dark){.t{color:#e9b583}}</style><g class="t"><path d="M23 11h1.5a4.5 4.5 0 0 1 0 9H23" stroke="currentColor" stroke-width="2.5"/><path d="M3 8.5A1.5 1.5 0 0 1 4.5 7h17A1.5 1.5 0 0 1 23 8.5V12H3z" fill="currentColor" opacity=".4"/><path d="M3 13.5h20v5H3z" fill="currentColor" opacity=".7"/><path d="M3 20h20a6 6 0 0 1-6 6H9a6 6 0 0 1-6-6z" fill="currentColor"/></g></svg>';
