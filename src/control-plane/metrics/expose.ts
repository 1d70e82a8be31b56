import { type Metric, Registry, type RegistryContentType } from "prom-client";
import type { ReadMetric, Sample } from "./sample.ts";

const OPEN_METRICS: RegistryContentType = Registry.OPENMETRICS_CONTENT_TYPE;

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The exposition format that an Accept header asks for: OpenMetrics where it is named, Prometheus' text otherwise. */
export function negotiate(accept: string | undefined): RegistryContentType {
  return accept?.includes("application/openmetrics-text") ? OPEN_METRICS : Registry.PROMETHEUS_CONTENT_TYPE;
}

interface Written {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

/** What a library's registry writes out: OpenMetrics names a counter without `_total` and adds it to the samples. */
function register(registry: Registry<RegistryContentType>, metric: ReadMetric): void {
  const counter = metric.type === "counter";
  const open = registry.contentType === OPEN_METRICS;
  const name = counter && !open ? `${metric.name}_total` : metric.name;
  const written = async (): Promise<Written> => ({
    name,
    help: metric.help,
    type: metric.type,
    values: metric.samples(),
  });
  // The library asks a metric for no more than these, but types it as one of its own classes.
  registry.registerMetric({ name, type: metric.type, get: written } as unknown as Metric);
}

/** Metrics that a library's own registry keeps, as they stand now. */
async function readRegistry(kept: Registry): Promise<ReadMetric[]> {
  const metrics = (await kept.getMetricsAsJSON()) as unknown as Written[];
  return metrics.map((metric) => ({
    name: metric.type === "counter" ? metric.name.replace(/_total$/, "") : metric.name,
    help: metric.help,
    type: metric.type as ReadMetric["type"],
    samples: () => metric.values,
  }));
}

/**
 * One exposition of everything.
 *
 * @param kept metrics that count in this process
 * @param read metrics whose values were read elsewhere
 */
export async function expose(
  contentType: RegistryContentType,
  kept: Registry,
  read: readonly ReadMetric[],
): Promise<Exposition> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(contentType);
  for (const metric of [...read, ...(await readRegistry(kept))]) register(registry, metric);
  return { contentType, text: await registry.metrics() };
}
