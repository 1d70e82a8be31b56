/** How Lua's heap is collected. */
interface Pace {
  /** How large it may grow until then, in percent of what lived after the last time. */
  readonly pause: number;
  /** What is looked at for what is allocated meanwhile, in percent: what is left behind during a collection stays until the next. */
  readonly speed: number;
}

/** A request leaves 95 bytes behind: a small heap is collected seldom, so that it costs requests nothing. */
const SMALL: Pace = { pause: 400, speed: 200 };

/** A large one is most of a worker's memory. At a speed of 200 it would grow by half of itself during each collection. */
const LARGE: Pace = { pause: 125, speed: 1000 };

/** Kilobytes. */
const MOST_SMALL = 8192;

/** To be called when the heap may have become larger or smaller. */
export function tuneCollector(): void {
  const { pause, speed } = collectgarbage("count") < MOST_SMALL ? SMALL : LARGE;
  collectgarbage("setpause", pause);
  collectgarbage("setstepmul", speed);
}

/** To be called when something was forgotten that holds more memory than Lua counts: a collection begins, and goes on with the next allocations. */
export function collectSoon(): void {
  collectgarbage("step", 0);
}
