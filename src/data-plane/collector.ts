/**
 * How large Lua's heap may grow before it is collected, in percent of what lived after the last time. A request leaves 160
 * bytes behind: a small heap is collected seldom, so that it costs requests nothing; a large one sooner, as what it holds is
 * most of a worker's memory.
 */
const SMALL_HEAP_PERCENT = 400;
const LARGE_HEAP_PERCENT = 150;

/** Kilobytes. */
const SMALL_HEAP = 8192;

/** To be called when the heap may have become larger or smaller. */
export function tuneCollector(): void {
  collectgarbage("setpause", collectgarbage("count") < SMALL_HEAP ? SMALL_HEAP_PERCENT : LARGE_HEAP_PERCENT);
}
