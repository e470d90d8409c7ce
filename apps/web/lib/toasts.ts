/** A short message about an outcome that nothing on the page shows. */
export interface Toast {
  readonly text: string;
  readonly tone: 'success' | 'problem';
}

type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const storageKey = 'toasts';

/** More would cover the page, so a new toast replaces the oldest. */
const maxShown = 3;

const none: readonly Toast[] = [];

/**
 * The toasts on the page, for `useSyncExternalStore`. A toast is identified by its text, so a
 * repeated action does not repeat the message. They are kept in the tab's session storage until
 * they are dismissed: some outcomes, such as a sign-out, load another document.
 *
 * Implemented here, because our own scripts have a budget of 60 kB (checked by a browser test), of
 * which sonner 2.0.8 would take 9.6 kB after gzip.
 */
export class Toasts {
  private shown: readonly Toast[] | undefined;
  private readonly listeners = new Set<() => void>();

  /** @param memory the tab's session storage; throws or returns undefined where there is none */
  constructor(private readonly memory: () => Memory | undefined) {}

  show(text: string, tone: Toast['tone']): void {
    this.set([...this.others(text), { text, tone }].slice(-maxShown));
  }

  dismiss(text: string): void {
    this.set(this.others(text));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Oldest first; the same array until something changes. */
  readonly current = (): readonly Toast[] => (this.shown ??= this.readStored());

  /** The toasts on the server, and in the browser until hydration. */
  readonly initial = (): readonly Toast[] => none;

  private others(text: string): readonly Toast[] {
    return this.current().filter((toast) => toast.text !== text);
  }

  private set(shown: readonly Toast[]): void {
    this.shown = shown;
    try {
      this.memory()?.setItem(storageKey, JSON.stringify(shown));
    } catch {
      // A browser that stores nothing shows toasts on this document only.
    }
    for (const listener of this.listeners) listener();
  }

  private readStored(): readonly Toast[] {
    try {
      const stored: unknown = JSON.parse(this.memory()?.getItem(storageKey) ?? '[]');
      return Array.isArray(stored) ? stored.filter(isToast) : none;
    } catch {
      return none;
    }
  }
}

function isToast(value: unknown): value is Toast {
  const { text, tone } = (value ?? {}) as Partial<Record<keyof Toast, unknown>>;
  return typeof text === 'string' && (tone === 'success' || tone === 'problem');
}

/** This browser's toasts. */
export const toasts = new Toasts(() =>
  typeof window === 'undefined' ? undefined : window.sessionStorage,
);
