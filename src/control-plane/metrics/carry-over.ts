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
    if (this.#run !== undefined && this.#run !== run) this.#before = [...this.#before, ...this.#current];
    this.#run = run;
    this.#current = tallies;
    const sums = await this.last();
    return sums;
  }
}
