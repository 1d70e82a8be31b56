import type { Clock } from "../time/clock.ts";

/** What ends an exchange early: who asked, the time, or the end of the client. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #undo = new Set<() => void>();

  /** @param asked ends it too; @param released told once it is over */
  constructor(asked: AbortSignal | undefined, released: () => void) {
    this.#undo.add(released);
    if (asked !== undefined) this.#follow(asked);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange now. */
  end(why: unknown): void {
    this.#controller.abort(why);
  }

  /** Ends the exchange after so many milliseconds; gives what takes that back. */
  within(clock: Clock, milliseconds: number, message: () => string): () => void {
    const cancel = clock.after(milliseconds, () => this.end(new Error(message())));
    this.#undo.add(cancel);
    return () => {
      // A watch lives for minutes after the time for its head.
      this.#undo.delete(cancel);
      cancel();
    };
  }

  /** The exchange is over: nothing may hold on to it. */
  release(): void {
    for (const undo of this.#undo) undo();
    this.#undo.clear();
  }

  #follow(signal: AbortSignal): void {
    const end = () => this.end(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    this.#undo.add(() => signal.removeEventListener("abort", end));
  }
}
