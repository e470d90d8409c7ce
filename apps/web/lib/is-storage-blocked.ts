/**
 * Whether the browser refuses cookies or storage to this page: the user blocks them, or the page is
 * in a sandboxed frame. Then `localStorage` throws or is null. For browsers only.
 */
export function isStorageBlocked(): boolean {
  try {
    window.localStorage.getItem('');
    return !navigator.cookieEnabled;
  } catch {
    return true;
  }
}
