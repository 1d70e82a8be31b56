/**
 * How large Lua's heap may grow before it is collected again, in percent of what lived after the last time. A request leaves
 * 95 bytes behind: a small heap is collected seldom, so that it costs requests nothing.
 */
const SMALL_HEAP_PERCENT = 400;

/** A large one is most of a worker's memory, and grows by half of itself while it is collected: one collection follows the other. */
const LARGE_HEAP_PERCENT = 100;

/** Kilobytes. */
const MOST_SMALL = 8192;

/** To be called when the heap may have become larger or smaller. */
export function tuneCollector(): void {
  collectgarbage("setpause", collectgarbage("count") < MOST_SMALL ? SMALL_HEAP_PERCENT : LARGE_HEAP_PERCENT);
}

/** To be called when something was forgotten that holds more memory than Lua counts: a collection begins, and goes on with the next allocations. */
export function collectSoon(): void {
  collectgarbage("step", 0);
}
