import { BUCKETS, METHODS, type Tally, type TallyHistogram } from "../../snapshot/tally.ts";
import { type MetricType, type ReadMetric, renderLabels, type Sample } from "./sample.ts";

function labelsOf({ ingress, service }: Tally): string {
  const slash = ingress.indexOf("/");
  const namespace = ingress.slice(0, Math.max(0, slash));
  // A canary may be in another namespace: its Service has that in front.
  const own = slash < 0 || service.startsWith(`${namespace}/`);
  return renderLabels({
    namespace,
    ingress: ingress.slice(slash + 1),
    service: own ? service.slice(service.indexOf("/") + 1) : service,
  });
}

function* requestSamples(tally: Tally): Generator<Sample> {
  const labels = labelsOf(tally);
  for (const [key, value] of tally.requests) {
    const method = METHODS[Math.floor(key / 1000)] ?? "other";
    yield { labels: `${labels},${renderLabels({ method, status: key % 1000 })}`, value };
  }
}

const BOUNDS = [...BUCKETS.map(String), "+Inf"].map((le) => renderLabels({ le }));

function* histogramSamples(tally: Tally, histogram: TallyHistogram): Generator<Sample> {
  const labels = labelsOf(tally);
  let below = 0;
  for (const [i, bound] of BOUNDS.entries()) {
    below += histogram[i] ?? 0;
    yield { suffix: "_bucket", labels: `${labels},${bound}`, value: below };
  }
  yield { suffix: "_sum", labels, value: histogram[BOUNDS.length] ?? 0 };
  yield { suffix: "_count", labels, value: below };
}

function* upstreamSamples(tally: Tally): Generator<Sample> {
  if (tally.upstream.some((count) => count > 0)) yield* histogramSamples(tally, tally.upstream);
}

function* decisionSamples(tally: Tally): Generator<Sample> {
  const labels = labelsOf(tally);
  for (const [outcome, reasons] of Object.entries(tally.decisions)) {
    for (const [reason, value] of Object.entries(reasons)) {
      yield { labels: `${labels},${renderLabels({ outcome, reason })}`, value };
    }
  }
}

function* endpointSamples(tally: Tally): Generator<Sample> {
  const labels = labelsOf(tally);
  for (const [endpoint, value] of Object.entries(tally.endpoints)) {
    yield { labels: `${labels},${renderLabels({ endpoint })}`, value };
  }
}

/** The metrics of what NGINX's workers counted. @param tallies read anew for each metric */
export function tallyMetrics(tallies: () => Iterable<Tally>): ReadMetric[] {
  const metric = (
    name: string,
    type: MetricType,
    help: string,
    samplesOf: (tally: Tally) => Iterable<Sample>,
  ): ReadMetric => ({
    ...{ name, help, type },
    *samples() {
      for (const tally of tallies()) yield* samplesOf(tally);
    },
  });
  return [
    metric("limpet_requests", "counter", "Requests answered, by Ingress, Service, method and status.", requestSamples),
    metric(
      "limpet_request_duration_seconds",
      "histogram",
      "From the first byte of a request to the last of its response.",
      (tally) => histogramSamples(tally, tally.durations),
    ),
    metric(
      "limpet_upstream_duration_seconds",
      "histogram",
      "From handing a request to the endpoint that answered to the last byte of its response.",
      upstreamSamples,
    ),
    metric("limpet_affinity_decisions", "counter", "Affinity decisions, by outcome and reason.", decisionSamples),
    metric("limpet_endpoint_requests", "counter", "Requests that went to an endpoint last.", endpointSamples),
  ];
}
