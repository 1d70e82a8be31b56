/** Time that only goes forward, and timers; tests bring their own. */
export interface Clock {
  /** Milliseconds since some moment of the past. Nobody who sets the machine's clock changes it. */
  readonly now: () => number;
  /** The date, milliseconds since 1970: to be shown, never to be compared with what another machine says. */
  readonly date: () => number;
  /** Calls back once, after so many milliseconds, unless what it gives is called before. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
