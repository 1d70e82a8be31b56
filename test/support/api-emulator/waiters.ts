interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Tests that wait for something to become true, asked again after every change and at no other time. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();
  #asked = false;
  #ended: Error | undefined;

  /** Resolves once `holds` does; rejects when the emulator stops first, or when `holds` throws. */
  until(holds: () => boolean): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add({ holds, resolve, reject });
    this.changed();
    return promise;
  }

  /** Something changed. Many changes of one turn are asked about once. */
  changed(): void {
    if (this.#asked || this.#waiting.size === 0) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      for (const waiter of this.#waiting) this.#ask(waiter);
    });
  }

  end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  #ask(waiter: Waiter): void {
    try {
      if (!waiter.holds()) return;
      waiter.resolve();
    } catch (error) {
      waiter.reject(error as Error);
    }
    this.#waiting.delete(waiter);
  }
}
