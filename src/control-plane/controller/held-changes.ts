import type { EntryChanges } from "../publish/push.ts";
import type { Clock } from "../time/clock.ts";

/** Milliseconds. A look-up takes a few; when the API server is away, other changes need not wait for it. */
const MOST_WAIT = 1000;

/**
 * Changes that name Secrets or ConfigMaps which are being looked up: until that is done nobody knows whether they are there,
 * and nothing should be served as if they were not.
 */
export class HeldChanges {
  #entries = new Map<string, string | undefined>();
  #waiting = 0;

  /** Whether changes are to be gathered. */
  get waiting(): boolean {
    return this.#waiting > 0;
  }

  gather(changed: EntryChanges): void {
    for (const [name, body] of changed) this.#entries.set(name, body);
  }

  /** Waits for a look-up, for a while. @param then called when nothing is waited for any more */
  await(lookUp: Promise<void>, clock: Clock, then: () => void): void {
    this.#waiting++;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(MOST_WAIT, resolve);
    const done = () => {
      cancel();
      this.#waiting--;
      if (this.#waiting === 0) then();
    };
    void Promise.race([lookUp, promise]).then(done, done);
  }

  /** What was gathered, which is nobody's any more. */
  take(): EntryChanges {
    const entries = this.#entries;
    this.#entries = new Map();
    return entries;
  }
}
