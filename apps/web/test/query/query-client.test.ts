import { onlineManager, QueryObserver } from '@tanstack/react-query';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createQueryClient } from '@/lib/query/query-client';

it('refetches at once when the browser is back online, even fresh data', async () => {
  const queryClient = createQueryClient();
  queryClient.mount();
  const queryFn = vi.fn(() => Promise.resolve('data'));
  const observer = new QueryObserver(queryClient, { queryKey: ['key'], queryFn });
  const unsubscribe = observer.subscribe(() => undefined);
  onTestFinished(() => {
    onlineManager.setOnline(true);
    unsubscribe();
    queryClient.unmount();
  });
  await vi.waitFor(() => {
    expect(queryClient.getQueryData(['key'])).toBe('data');
  }, 60_000);

  onlineManager.setOnline(false);
  onlineManager.setOnline(true);

  await vi.waitFor(() => {
    expect(queryFn).toHaveBeenCalledTimes(2);
  }, 60_000);
});
