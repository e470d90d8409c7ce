/**
 * Whether a path's last segment looks like a file's name (`x.png`, `.env`), percent-encoded or not.
 *
 * @param pathname without query
 */
export function looksLikeFile(pathname: string): boolean {
  return decodePath(pathname.slice(pathname.lastIndexOf('/') + 1)).includes('.');
}

/** Decodes a path or a segment; returns one that is not valid as it is. */
export function decodePath(path: string): string {
  return isDecodable(path) ? decodeURIComponent(path) : path;
}

/** Whether a path is valid percent-encoded UTF-8. Next throws when it decodes one that is not. */
export function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
