/** @returns the bytes of `GET /users/me` with the headers that a browser's fetch sends */
export function meRequest(token: string): string {
  return [
    'GET /users/me HTTP/1.1',
    'Host: 127.0.0.1',
    'Accept: application/json',
    `Authorization: Bearer ${token}`,
    'Origin: http://localhost:3000',
    '',
    '',
  ].join('\r\n');
}
