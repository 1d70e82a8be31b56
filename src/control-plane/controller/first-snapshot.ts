import type { EntryChanges } from "../publish/push.ts";

/**
 * What comes before the first push, which holds everything: it takes the place of the last good Snapshot, so nothing may be
 * served in part after a restart, neither without what objects name nor without the addresses of names.
 */
export class FirstSnapshot {
  readonly #entries = new Map<string, string | undefined>();
  #spoken = false;
  #awaited = 0;

  /** The source has spoken. */
  gather(changed: EntryChanges): void {
    this.#spoken = true;
    this.amend(changed);
  }

  /** Takes what differs, if there is something that it could differ from. */
  amend(changed: EntryChanges): void {
    if (!this.#spoken) return;
    for (const [name, body] of changed) this.#entries.set(name, body);
  }

  /** Waits for something more. @param then called when it has come */
  await(more: Promise<void>, then: () => void): void {
    this.#awaited++;
    void more.then(() => {
      this.#awaited--;
      then();
    });
  }

  /** Whether it has begun, and nothing is waited for. */
  get isWhole(): boolean {
    return this.#spoken && this.#awaited === 0;
  }

  get entries(): EntryChanges {
    return this.#entries;
  }
}
