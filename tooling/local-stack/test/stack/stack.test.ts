import { expect, test } from 'vitest';
import { never } from '@populatte/process-kit';
import type { Service } from '../../src/stack/service.js';
import { Stack } from '../../src/stack/stack.js';

const silent = { ready: () => undefined, line: () => undefined };

test('services start in order with the variables of earlier ones, and stop in reverse order', async () => {
  const events: string[] = [];
  const stack = new Stack(silent);
  const starting = stack.start(
    [aService('a', events, { provides: { A: '1' } }), aService('b', events)],
    { GIVEN: '0' },
  );
  expect(await starting).toEqual({ GIVEN: '0', A: '1' });
  await stack.stop(starting);
  expect(events).toEqual([
    ...['start a {"GIVEN":"0"}', 'start b {"GIVEN":"0","A":"1"}'],
    ...['all ready a', 'all ready b', 'stop b', 'stop a'],
  ]);
});

test('when a service does not start, stop ends the earlier ones', async () => {
  const events: string[] = [];
  const stack = new Stack(silent);
  const broken: Service = { name: 'b', start: () => Promise.reject(new Error('broken')) };
  const starting = stack.start([aService('a', events), broken, aService('c', events)], {});
  await expect(starting).rejects.toThrow('broken');
  await stack.stop(starting);
  expect(events).toEqual(['start a {}', 'stop a']);
});

test('a stop during the start cancels it and ends the started services', async () => {
  const events: string[] = [];
  const stack = new Stack(silent);
  const slow: Service = {
    name: 'b',
    start: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('called off'));
        });
      }),
  };
  const starting = stack.start([aService('a', events), slow, aService('c', events)], {});
  await stack.stop(starting);
  expect(events).toEqual(['start a {}', 'stop a']);
});

test('a service that cannot be stopped is killed, and the others are stopped', async () => {
  const events: string[] = [];
  const stack = new Stack(silent);
  const stubborn = aService('b', events, { stop: () => Promise.reject(new Error('no')) });
  const starting = stack.start([aService('a', events), stubborn], {});
  await starting;
  await stack.stop(starting);
  expect(events.slice(-2)).toEqual(['kill b', 'stop a']);
});

test('reports the first service that exits unexpectedly, with its last lines', async () => {
  const stack = new Stack(silent);
  await stack.start([aService('a', [], { died: Promise.resolve('farewell') })], {});
  expect(await stack.died).toEqual({ service: 'a', lastOutput: 'farewell' });
});

interface Overrides {
  readonly provides?: Record<string, string>;
  readonly stop?: () => Promise<void>;
  readonly died?: Promise<string>;
}

function aService(name: string, events: string[], overrides: Overrides = {}): Service {
  return {
    name,
    start: ({ environment }) => {
      events.push(`start ${name} ${JSON.stringify(environment)}`);
      return Promise.resolve({
        address: '',
        provides: {},
        died: never<string>(),
        whenAllReady: () => {
          events.push(`all ready ${name}`);
          return Promise.resolve();
        },
        stop: () => {
          events.push(`stop ${name}`);
          return Promise.resolve();
        },
        kill: () => events.push(`kill ${name}`),
        ...overrides,
      });
    },
  };
}
