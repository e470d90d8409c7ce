/** A clock that moves only with `advance`. */
export interface TestClock {
  now: () => number;
  advance: (ms: number) => void;
}

export function aClock(start = Date.UTC(2030, 0, 1)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}
