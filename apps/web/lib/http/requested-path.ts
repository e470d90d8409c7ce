/** The header that carries the requested path from proxy.ts to the renderer. */
export const requestedPathHeader = 'x-populatte-requested-path';

/**
 * The header by which proxy.ts tells the renderer that the browser loads a document, not data for a
 * displayed page.
 */
export const isDocumentHeader = 'x-populatte-is-document';
