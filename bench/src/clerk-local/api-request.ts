/** The secret key of the instance under load. */
export const secretKey = `sk_test_${'bench'.repeat(8)}`;

/** @returns the bytes of a call to Clerk's Backend API */
export function apiRequest(path: string): string {
  return [
    `GET /v1${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Accept: application/json',
    `Authorization: Bearer ${secretKey}`,
    '',
    '',
  ].join('\r\n');
}
