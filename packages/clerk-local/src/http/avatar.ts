import { createHash } from 'node:crypto';

/**
 * The picture of a user who has none: one colour of their own, as SVG.
 *
 * @param userId decides the colour; it does not appear in the picture
 */
export function avatarSvg(userId: string): string {
  const hue = createHash('sha256').update(userId).digest().readUInt16BE(0) % 360;
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Avatar">' +
    `<rect width="64" height="64" fill="hsl(${hue} 60% 45%)"/>` +
    '<circle cx="32" cy="25" r="11" fill="#fff"/>' +
    '<path d="M10 64a22 22 0 0 1 44 0z" fill="#fff"/></svg>'
  );
}
