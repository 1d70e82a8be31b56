import type { Clock } from "../time/clock.ts";

/** What ends an exchange early: who asked, the time, or the end of the client. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  /** @param asked ends it too; @param released told once it is over */
  constructor(asked: AbortSignal | undefined, released: () => void) {
    this.#undo.push(released);
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
  within(clock: Clock, milliseconds: number, message: string): () => void {
    const cancel = clock.after(milliseconds, () => this.end(new Error(message)));
    this.#undo.push(cancel);
    return cancel;
  }

  /** The exchange is over: nothing may hold on to it. */
  release(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #follow(signal: AbortSignal): void {
    const end = () => this.end(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    this.#undo.push(() => signal.removeEventListener("abort", end));
  }
}
