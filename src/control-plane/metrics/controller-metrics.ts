import { ENDPOINT_STATES, type Endpoint } from "../../snapshot/model.ts";
import type { Expiring } from "../certificates/expiry.ts";
import type { Problem } from "../problems/problem.ts";
import type { DataPlaneState } from "../publish/control-client.ts";
import { type ReadMetric, renderLabels, type Sample } from "./sample.ts";

/** What the controller's own metrics are read from. */
export interface ControllerFacts {
  readonly version: string;
  readonly generation: number;
  /** Undefined while the data plane cannot be reached. */
  readonly dataPlane: DataPlaneState | undefined;
  readonly refusals: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
  readonly backends: readonly BackendFacts[];
  /** Those that are served; absent: none. */
  readonly certificates?: Iterable<Expiring>;
  /** `ingress service`, as tallies name them, of every Route there is. */
  readonly routes: ReadonlySet<string>;
  /** By kind of source, whether it is connected. */
  readonly sources: ReadonlyMap<string, boolean>;
  /** Whether this replica leads; undefined where there is nothing to lead. */
  readonly leader?: boolean | undefined;
}

export interface BackendFacts {
  /** `namespace/service:port`. */
  readonly id: string;
  readonly endpoints: readonly Endpoint[];
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function endpointSamples({ id, endpoints }: BackendFacts): Sample[] {
  const slash = id.indexOf("/");
  const labels = { namespace: id.slice(0, Math.max(0, slash)), service: id.slice(slash + 1) };
  const counts = countBy(endpoints, (endpoint) => endpoint.state);
  return ENDPOINT_STATES.map((state) => ({
    labels: renderLabels({ ...labels, state }),
    value: counts.get(state) ?? 0,
  }));
}

function certificateSample({ id, expiresAt }: Expiring): Sample {
  const slash = id.indexOf("/");
  const labels = { namespace: id.slice(0, slash), secret: id.slice(slash + 1) };
  return { labels: renderLabels(labels), value: expiresAt / 1000 };
}

function gauge(name: string, help: string, samples: () => Iterable<Sample>): ReadMetric {
  return { name, help, type: "gauge", samples };
}

function labelled(counts: ReadonlyMap<string, number>, label: string): Sample[] {
  return [...counts].map(([value, count]) => ({ labels: renderLabels({ [label]: value }), value: count }));
}

/** The metrics of configuration, sources and NGINX. */
export function controllerMetrics(facts: ControllerFacts): ReadMetric[] {
  const { dataPlane } = facts;
  return [
    gauge("limpet_build_info", "The version that runs.", () => [
      { labels: renderLabels({ version: facts.version }), value: 1 },
    ]),
    gauge("limpet_config_generation", "The newest Snapshot that the data plane accepted.", () => [
      { labels: "", value: facts.generation },
    ]),
    gauge("limpet_config_applied_generation", "What each worker has taken up; it does so with its next request.", () =>
      (dataPlane?.workers ?? []).map((worker) => ({
        labels: renderLabels({ worker: worker.id }),
        value: worker.generation,
      })),
    ),
    {
      name: "limpet_config_refused",
      help: "Pushes that the data plane refused, by reason.",
      type: "counter",
      samples: () => labelled(facts.refusals, "reason"),
    },
    gauge("limpet_problems", "Problems there are now, by code.", () =>
      labelled(
        countBy(facts.problems, (problem) => problem.code),
        "code",
      ),
    ),
    gauge("limpet_source_connected", "Whether a source of objects is connected, by kind.", () =>
      [...facts.sources].map(([kind, connected]) => ({ labels: renderLabels({ kind }), value: connected ? 1 : 0 })),
    ),
    gauge("limpet_leader", "Whether this replica is the one that writes status and events.", () =>
      facts.leader === undefined ? [] : [{ labels: "", value: facts.leader ? 1 : 0 }],
    ),
    gauge("limpet_endpoints", "Endpoints, by Service port and state: ready, draining, joining.", function* () {
      for (const backend of facts.backends) yield* endpointSamples(backend);
    }),
    gauge(
      "limpet_certificate_expiry_timestamp_seconds",
      "When a certificate that is served ends, by its Secret.",
      function* () {
        for (const certificate of facts.certificates ?? []) yield certificateSample(certificate);
      },
    ),
    gauge("limpet_nginx_connections", "Client connections of NGINX, by state.", () =>
      Object.entries(dataPlane?.connections ?? {}).map(([state, value]) => ({
        labels: renderLabels({ state }),
        value,
      })),
    ),
  ];
}
