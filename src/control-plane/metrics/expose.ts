import { setImmediate } from "node:timers/promises";
import { Registry, type RegistryContentType } from "prom-client";
import type { ReadMetric, Sample } from "./sample.ts";

const OPEN_METRICS: RegistryContentType = Registry.OPENMETRICS_CONTENT_TYPE;

export interface Exposition {
  readonly contentType: string;
  /** Its text in pieces: ten thousand Ingresses have forty megabytes of it, and other work goes on in between. */
  readonly body: AsyncIterable<string>;
}

/** The exposition format that an Accept header asks for: OpenMetrics where it is named, Prometheus' text otherwise. */
export function negotiate(accept: string | undefined): RegistryContentType {
  return accept?.includes("application/openmetrics-text") ? OPEN_METRICS : Registry.PROMETHEUS_CONTENT_TYPE;
}

/** Characters of a piece. */
const PIECE = 65_536;

function sampleLine(name: string, { suffix = "", labels, value }: Sample): string {
  const shown = value === Number.POSITIVE_INFINITY ? "+Inf" : String(value);
  return labels === "" ? `${name}${suffix} ${shown}\n` : `${name}${suffix}{${labels}} ${shown}\n`;
}

/** OpenMetrics names a counter without `_total`, which its samples have; Prometheus' own text has it in both places. */
function* linesOf({ name, help, type, samples }: ReadMetric, open: boolean): Generator<string> {
  const counted = type === "counter" ? `${name}_total` : name;
  const family = open ? name : counted;
  yield `# HELP ${family} ${help}\n# TYPE ${family} ${type}\n`;
  for (const sample of samples()) yield sampleLine(counted, sample);
}

async function* inPieces(metrics: readonly ReadMetric[], open: boolean): AsyncGenerator<string> {
  let piece = "";
  for (const metric of metrics) {
    for (const line of linesOf(metric, open)) {
      piece += line;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
      await setImmediate();
    }
  }
  yield piece;
}

async function* write(
  contentType: RegistryContentType,
  kept: Registry,
  read: readonly ReadMetric[],
): AsyncGenerator<string> {
  yield* inPieces(read, contentType === OPEN_METRICS);
  // A registry of its own, as two scrapers may ask for two formats at the same time.
  const registry: Registry<RegistryContentType> = Registry.merge([kept]);
  registry.setContentType(contentType);
  yield await registry.metrics();
}

/**
 * One exposition of everything.
 *
 * @param kept metrics that a library counts in this process; it writes them itself, and the end
 * @param read metrics whose values were read elsewhere
 */
export function expose(contentType: RegistryContentType, kept: Registry, read: readonly ReadMetric[]): Exposition {
  return { contentType, body: write(contentType, kept, read) };
}
