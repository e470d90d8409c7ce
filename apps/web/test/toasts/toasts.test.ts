import { describe, expect, it, vi } from 'vitest';
import { Toasts } from '@/lib/toasts';

/** A tab's session storage, which successive documents share. */
function aMemory(content?: string): Pick<Storage, 'getItem' | 'setItem'> {
  let stored = content ?? null;
  return {
    getItem: () => stored,
    setItem: (_key, value) => {
      stored = value;
    },
  };
}

const textsOf = (toasts: Toasts): string[] => toasts.current().map(({ text }) => text);

describe('Toasts', () => {
  it('notifies subscribers of a new toast and of a dismissal, until they unsubscribe', () => {
    const toasts = new Toasts(() => undefined);
    const listener = vi.fn();
    const unsubscribe = toasts.subscribe(listener);

    toasts.show('Done', 'success');
    expect(toasts.current()).toEqual([{ text: 'Done', tone: 'success' }]);
    toasts.dismiss('Done');
    expect(toasts.current()).toEqual([]);
    expect(listener).toHaveBeenCalledTimes(2);

    unsubscribe();
    toasts.show('Done', 'success');
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('returns the same array until something changes, as useSyncExternalStore requires', () => {
    const toasts = new Toasts(() => aMemory('not JSON'));
    expect(toasts.current()).toBe(toasts.current());
    toasts.show('Done', 'success');
    expect(toasts.current()).toBe(toasts.current());
  });

  it('shows a repeated text once, as the newest', () => {
    const toasts = new Toasts(() => undefined);
    for (const text of ['One', 'Two', 'One']) toasts.show(text, 'success');
    expect(textsOf(toasts)).toEqual(['Two', 'One']);
  });

  it('shows at most the three newest toasts', () => {
    const toasts = new Toasts(() => undefined);
    for (const text of ['One', 'Two', 'Three', 'Four']) toasts.show(text, 'success');
    expect(textsOf(toasts)).toEqual(['Two', 'Three', 'Four']);
  });

  it('keeps a toast for the next document, until it is dismissed', () => {
    const memory = aMemory();
    new Toasts(() => memory).show('Your session has ended.', 'problem');

    const next = new Toasts(() => memory);
    expect(next.current()).toEqual([{ text: 'Your session has ended.', tone: 'problem' }]);
    next.dismiss('Your session has ended.');

    expect(new Toasts(() => memory).current()).toEqual([]);
  });

  it.each(['null', '{}', '[null, 1, {}, { "text": 1, "tone": "success" }, { "text": "a" }]'])(
    'ignores what is not a toast: %s',
    (content) => {
      expect(new Toasts(() => aMemory(content)).current()).toEqual([]);
    },
  );

  it('works where the browser forbids storage', () => {
    const toasts = new Toasts(() => {
      throw new Error('denied');
    });
    toasts.show('Done', 'success');
    expect(textsOf(toasts)).toEqual(['Done']);
  });

  it('is empty on the server and until hydration', () => {
    const memory = aMemory();
    new Toasts(() => memory).show('Done', 'success');
    expect(new Toasts(() => memory).initial()).toEqual([]);
  });
});
