import { endpointName } from "../../snapshot/endpoint-name.ts";
import type { Tally } from "../../snapshot/tally.ts";
import type { ControllerFacts } from "./controller-metrics.ts";

function only(counts: Readonly<Record<string, number>>, names: ReadonlySet<string>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => names.has(name)));
}

/**
 * The tallies of Ingresses, Services and endpoints that there still are: workers count on for ever, but series of what is
 * long gone would make the exposition grow with every roll-out.
 */
export function livingTallies(tallies: readonly Tally[], facts: ControllerFacts): Tally[] {
  const endpoints = new Map(facts.backends.map((it) => [it.id, new Set(it.endpoints.map(endpointName))]));
  const nobody: ReadonlySet<string> = new Set();
  return tallies
    .filter((tally) => tally.ingress === "" || facts.routes.has(`${tally.ingress} ${tally.service}`))
    .map((tally) => ({ ...tally, endpoints: only(tally.endpoints, endpoints.get(tally.service) ?? nobody) }));
}
