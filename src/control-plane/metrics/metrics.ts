import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { CarryOver, type Reading } from "./carry-over.ts";
import { type ControllerFacts, controllerMetrics } from "./controller-metrics.ts";
import { type Exposition, expose, negotiate } from "./expose.ts";
import { livingTallies } from "./living.ts";
import { tallyMetrics } from "./tally-metrics.ts";

/** Seconds: a change is expected to be live in milliseconds. */
const PROPAGATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Gauges that the library names like counters; the same by type are there under proper names. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

export interface MetricsOptions {
  /** Reads what this NGINX has counted; rejects while it cannot be reached. */
  readonly readTallies: () => Promise<Reading>;
  readonly facts: () => Promise<ControllerFacts>;
}

/** Everything that `/metrics` shows: what NGINX's workers counted, and what the controller knows. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #kept = new Registry();
  readonly #carryOver = new CarryOver();
  readonly #propagation: Histogram;

  constructor(options: MetricsOptions) {
    this.#options = options;
    collectDefaultMetrics({ register: this.#kept });
    for (const name of MISNAMED) this.#kept.removeSingleMetric(name);
    this.#propagation = new Histogram({
      name: "limpet_config_propagation_seconds",
      help: "From a change's arrival from the source to its acceptance by the data plane.",
      buckets: PROPAGATION_BUCKETS,
      registers: [this.#kept],
    });
  }

  /** @param milliseconds from a change's arrival to its acceptance */
  propagated(milliseconds: number): void {
    this.#propagation.observe(milliseconds / 1000);
  }

  /** @param accept the scraper's Accept header */
  async expose(accept: string | undefined): Promise<Exposition> {
    const { readTallies, facts } = this.#options;
    // Without NGINX the counters stay where they were: a scrape must not fail because of what it should show.
    const reading = await readTallies().catch(() => undefined);
    const totals = await (reading === undefined ? this.#carryOver.last() : this.#carryOver.totals(reading));
    const known = await facts();
    const read = [...tallyMetrics(() => livingTallies(totals, known)), ...controllerMetrics(known)];
    return expose(negotiate(accept), this.#kept, read);
  }
}
