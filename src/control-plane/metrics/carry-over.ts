import type { Tally } from "../../snapshot/tally.ts";
import { mergeTallies } from "./merge-tallies.ts";

/** What one NGINX has counted since its start. */
export interface Reading {
  /** Tells one run of NGINX from the next: its shared memory begins at zero. */
  readonly run: string;
  readonly tallies: readonly Tally[];
}

/** Adds up the runs of NGINX, so that no counter goes back when it is started again. */
export class CarryOver {
  #run: string | undefined;
  /** Of the runs that are over. */
  #before: readonly Tally[] = [];
  #current: readonly Tally[] = [];

  /** The sums as they were when last read. */
  last(): Promise<Tally[]> {
    return mergeTallies([...this.#before, ...this.#current]);
  }

  /** The sums over this run and those before it that this process has seen. */
  async totals({ run, tallies }: Reading): Promise<Tally[]> {
    const over = this.#run !== undefined && this.#run !== run ? [...this.#before, ...this.#current] : undefined;
    // At once, before anything is awaited: another scrape must not count a run twice.
    this.#before = over ?? this.#before;
    this.#run = run;
    this.#current = tallies;
    if (over !== undefined) await this.#fold(over);
    return this.last();
  }

  /** One sum in the place of the runs that are over: NGINX may be started again any number of times. */
  async #fold(over: readonly Tally[]): Promise<void> {
    const sums = await mergeTallies(over);
    if (this.#before === over) this.#before = sums;
  }
}
