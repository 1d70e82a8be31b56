import type { Clock } from "../../src/control-plane/time/clock.ts";

/** Time that passes faster than it does: what takes minutes takes a moment, on real connections. */
export function quickClock(times: number): Clock {
  return {
    now: () => performance.now() * times,
    date: () => Date.now(),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds / times);
      return () => clearTimeout(timer);
    },
  };
}
