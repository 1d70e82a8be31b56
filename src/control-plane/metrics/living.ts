import { endpointName } from "../../snapshot/endpoint-name.ts";
import type { Tally } from "../../snapshot/tally.ts";
import type { BackendFacts, ControllerFacts } from "./controller-metrics.ts";

function only(counts: Readonly<Record<string, number>>, backend: BackendFacts | undefined): Record<string, number> {
  const names = new Set(backend?.endpoints.map(endpointName));
  return Object.fromEntries(Object.entries(counts).filter(([name]) => names.has(name)));
}

/**
 * The tallies of Ingresses, Services and endpoints that there still are: workers count on for ever, but series of what is
 * long gone would make the exposition grow with every roll-out.
 */
export function* livingTallies(tallies: Iterable<Tally>, facts: ControllerFacts): Generator<Tally> {
  const backends = new Map(facts.backends.map((backend) => [backend.id, backend]));
  for (const tally of tallies) {
    const lives = tally.ingress === "" || facts.routes.has(`${tally.ingress} ${tally.service}`);
    if (lives) yield { ...tally, endpoints: only(tally.endpoints, backends.get(tally.service)) };
  }
}
