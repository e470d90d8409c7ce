/** Carries the path that the visitor asked for from proxy.ts to what renders the response. */
export const requestedPathHeader = 'x-populatte-requested-path';

/** Carries from proxy.ts that the browser loads a document, and not data for a page that it shows. */
export const isDocumentHeader = 'x-populatte-is-document';
