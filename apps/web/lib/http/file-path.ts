/**
 * Whether a path's last segment looks like a file's name (`x.png`, `.env`), also percent-encoded.
 *
 * @param pathname without query
 */
export function looksLikeFile(pathname: string): boolean {
  return decode(pathname.slice(pathname.lastIndexOf('/') + 1)).includes('.');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
