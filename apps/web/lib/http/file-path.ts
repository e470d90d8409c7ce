/**
 * Whether a path's last segment looks like a file's name (`x.png`, `.env`), also percent-encoded.
 *
 * @param pathname without query
 */
export function looksLikeFile(pathname: string): boolean {
  return decodePath(pathname.slice(pathname.lastIndexOf('/') + 1)).includes('.');
}

/** Decodes a path or a segment; returns one that is not valid as it is. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
