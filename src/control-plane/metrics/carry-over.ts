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
  #before: readonly Tally[] = [];
  #current: readonly Tally[] = [];

  /** The sums as they were when last read. */
  last(): Tally[] {
    return mergeTallies([...this.#before, ...this.#current]);
  }

  /** The sums over this run and those before it that this process has seen. */
  totals(reading: Reading): Tally[] {
    if (this.#run !== undefined && this.#run !== reading.run) {
      this.#before = mergeTallies([...this.#before, ...this.#current]);
    }
    this.#run = reading.run;
    this.#current = reading.tallies;
    return this.last();
  }
}
