import { describe, expect, it } from 'vitest';
import { describeEvent, originOf } from '@/features/timeline/describe-event';
import { timeAgo } from '@/lib/time-ago';

const occurredAt = '2026-11-28T12:00:00.000Z';

describe('describeEvent', () => {
  it('names the changed fields in words, and the source', () => {
    const event = { id: '2', type: 'updated', source: 'webhook', occurredAt };
    expect(describeEvent({ ...event, changed: ['name', 'imageUrl'] })).toMatchObject({
      title: 'Name and picture changed',
      source: 'Webhook',
    });
  });

  it('says that a request repaired a change that no webhook had delivered', () => {
    const event = { id: '2', type: 'updated', source: 'token', changed: ['email'], occurredAt };
    expect(describeEvent(event).detail).toContain('no webhook');
  });

  it('shows unknown types, sources and fields by name', () => {
    const event = { id: '2', type: 'merged', source: 'import', changed: [], occurredAt };
    expect(describeEvent(event)).toEqual({ title: 'merged', detail: '', source: 'import' });
    expect(describeEvent({ ...event, type: 'updated', changed: ['phone'] }).title).toBe(
      'Phone changed',
    );
  });
});

it('a field comes from its newest change, or from the creation', () => {
  const created = { id: '1', type: 'created', source: 'token', changed: [], occurredAt };
  const renamed = { id: '2', type: 'updated', source: 'webhook', changed: ['name'], occurredAt };
  expect(originOf('name', [renamed, created])).toBe(renamed);
  expect(originOf('email', [renamed, created])).toBe(created);
  expect(originOf('email', [renamed])).toBeUndefined();
});

it.each([
  [-5_000, 'just now'],
  [9_999, 'just now'],
  [10_000, '10 seconds ago'],
  [119_000, '1 minute ago'],
  [7_200_000, '2 hours ago'],
  [172_800_000, '2 days ago'],
])('%i ms ago is “%s”', (ms, text) => {
  expect(timeAgo(0, ms)).toBe(text);
});
