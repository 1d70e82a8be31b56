import { BUCKETS, METHODS, type Tally, type TallyHistogram } from "../../snapshot/tally.ts";
import type { ReadMetric, Sample } from "./sample.ts";

type Labels = Readonly<Record<string, string>>;

function labelsOf(tally: Tally): Labels {
  const slash = tally.ingress.indexOf("/");
  return {
    namespace: tally.ingress.slice(0, Math.max(0, slash)),
    ingress: tally.ingress.slice(slash + 1),
    service: tally.service.slice(tally.service.indexOf("/") + 1),
  };
}

function requestSamples(tally: Tally): Sample[] {
  return tally.requests.map(([key, value]) => ({
    labels: { ...labelsOf(tally), method: METHODS[Math.floor(key / 1000)] ?? "other", status: String(key % 1000) },
    value,
  }));
}

function histogramSamples(name: string, labels: Labels, histogram: TallyHistogram): Sample[] {
  let below = 0;
  const buckets = [...BUCKETS.map(String), "+Inf"].map((le, i) => {
    below += histogram[i] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: histogram[BUCKETS.length + 1] ?? 0 },
    { metricName: `${name}_count`, labels, value: below },
  ];
}

function decisionSamples(tally: Tally): Sample[] {
  return Object.entries(tally.decisions).flatMap(([outcome, reasons]) =>
    Object.entries(reasons).map(([reason, value]) => ({ labels: { ...labelsOf(tally), outcome, reason }, value })),
  );
}

function endpointSamples(tally: Tally): Sample[] {
  return Object.entries(tally.endpoints).map(([endpoint, value]) => ({
    labels: { ...labelsOf(tally), endpoint },
    value,
  }));
}

/** The metrics of what NGINX's workers counted. */
export function tallyMetrics(tallies: readonly Tally[]): ReadMetric[] {
  const duration = "limpet_request_duration_seconds";
  const upstream = "limpet_upstream_duration_seconds";
  return [
    {
      name: "limpet_requests",
      help: "Requests answered, by Ingress, Service, method and status.",
      type: "counter",
      samples: () => tallies.flatMap(requestSamples),
    },
    {
      name: duration,
      help: "From the first byte of a request to the last of its response.",
      type: "histogram",
      samples: () => tallies.flatMap((tally) => histogramSamples(duration, labelsOf(tally), tally.durations)),
    },
    {
      name: upstream,
      help: "From handing a request to the endpoint that answered to the last byte of its response.",
      type: "histogram",
      samples: () =>
        tallies
          .filter((tally) => tally.upstream.some((count) => count > 0))
          .flatMap((tally) => histogramSamples(upstream, labelsOf(tally), tally.upstream)),
    },
    {
      name: "limpet_affinity_decisions",
      help: "Affinity decisions, by outcome and reason.",
      type: "counter",
      samples: () => tallies.flatMap(decisionSamples),
    },
    {
      name: "limpet_endpoint_requests",
      help: "Requests that went to an endpoint last.",
      type: "counter",
      samples: () => tallies.flatMap(endpointSamples),
    },
  ];
}
