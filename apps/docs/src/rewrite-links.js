import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root, siteTarget } from './sources.js';

/** Fenced code, code spans and links; only links are changed. */
const parts = /^```[\s\S]*?^```|`[^`\n]*`|(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/gm;
/** Pictures in HTML, which READMEs use to show one per theme. */
const htmlPicture = /\b(src|srcset)="(?![a-z]+:|\/)([^"]+)"/g;
const picture = /\.(svg|png|jpe?g|gif|webp)$/;

/**
 * Converts a document's links to the site's. Links to another document lead to its page, pictures
 * are reported, and links to source files, which the site does not contain, become plain text.
 *
 * @param {string} text
 * @param {string} source the document's path in the repository
 * @param {Map<string, string>} documents
 * @param {(picture: string) => void} onPicture receives a picture's path in the repository
 * @returns {string}
 * @throws {Error} naming a link that leads nowhere
 */
export function rewriteLinks(text, source, documents, onPicture) {
  const withPictures = text.replace(htmlPicture, (_all, attribute, link) => {
    const target = posix.normalize(posix.join(posix.dirname(source), link));
    if (!existsSync(join(root, target)))
      throw new Error(`${source} shows ${link}, which does not exist.`);
    onPicture(target);
    return `${attribute}="/${target}"`;
  });
  return withPictures.replace(parts, (all, bang, label, link) => {
    if (link === undefined || /^([a-z]+:|#)/.test(link)) return all;
    const [path, anchor] = link.split('#');
    const target = posix.normalize(posix.join(posix.dirname(source), decodeURI(path)));
    if (!existsSync(join(root, target)))
      throw new Error(`${source} links to ${link}, which does not exist.`);
    if (picture.test(target)) {
      onPicture(target);
      return `${bang}[${label}](/${target})`;
    }
    const page = siteTarget(target, documents);
    if (page === undefined) return rewriteLinks(label, source, documents, onPicture);
    return `[${label}](/${page}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}
