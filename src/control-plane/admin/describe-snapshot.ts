import { endpointName } from "../../snapshot/endpoint-name.ts";
import { decodeBackend, decodeHost, decodeSettings, SETTINGS_ENTRY } from "../../snapshot/entries.ts";
import type { AffinityPolicy, Backend, Endpoint, Route } from "../../snapshot/model.ts";
import { fromByteString } from "../publish/bytes.ts";
import type { Origin } from "../sources/source.ts";

/** A Route as the admin API shows it. */
export interface DescribedRoute {
  readonly host: string;
  readonly path: string;
  readonly match: string;
  readonly ingress: string;
  readonly service: string;
  readonly backend: string;
  readonly affinity: AffinityPolicy | null;
  /** Absent where there is none. */
  readonly canary?: { readonly service: string; readonly weight: number; readonly total: number };
  /** `file:line` of the Ingress; absent when it comes from no file. */
  readonly origin?: string;
}

/** A Backend as the admin API shows it: without the cookie values that name its Endpoints. */
export interface DescribedBackend {
  readonly id: string;
  readonly endpoints: readonly { readonly endpoint: string; readonly state: string }[];
}

export interface DescribedSnapshot {
  readonly generation: number;
  readonly classicCookies: string;
  readonly defaultBackend: string | null;
  readonly routes: readonly DescribedRoute[];
  readonly backends: readonly DescribedBackend[];
}

function textOf<T extends object>(record: T): T {
  const fields = Object.entries(record).map(([name, field]) => [
    name,
    typeof field === "string" ? fromByteString(field) : field,
  ]);
  return Object.fromEntries(fields) as T;
}

function describeCanary({ policies }: Route): Pick<DescribedRoute, "canary"> {
  if (policies?.canary === undefined) return {};
  const { service, weight, total } = policies.canary;
  return { canary: { service: fromByteString(service), weight, total } };
}

function describeRoute(route: Route, origins: (object: string) => Origin | undefined): DescribedRoute {
  const { host, path, match, ingress, service, backend } = textOf(route);
  const origin = origins(`Ingress ${ingress}`);
  const affinity = route.affinity === undefined ? null : textOf(route.affinity);
  const described = { host, path, match, ingress, service, backend, affinity, ...describeCanary(route) };
  return origin === undefined ? described : { ...described, origin: `${origin.file}:${origin.line}` };
}

function describeEndpoint(endpoint: Endpoint): DescribedBackend["endpoints"][number] {
  return { endpoint: endpointName(endpoint), state: endpoint.state };
}

function describeBackend(backend: Backend): DescribedBackend {
  return { id: fromByteString(backend.id), endpoints: backend.endpoints.map(describeEndpoint) };
}

/**
 * What a Snapshot's entries serve, for people: no sealed value, no slot, nothing that a cookie could be made of.
 *
 * @param origins where an object was read, by its name as in a Problem
 */
export function describeSnapshot(
  generation: number,
  entries: ReadonlyMap<string, string>,
  origins: (object: string) => Origin | undefined,
): DescribedSnapshot {
  const routes: DescribedRoute[] = [];
  const backends: DescribedBackend[] = [];
  for (const [name, bytes] of entries) {
    if (name.startsWith("host/")) {
      const host = decodeHost(bytes);
      if (host.ok) routes.push(...host.value.routes.map((route) => describeRoute(route, origins)));
    } else if (name.startsWith("backend/")) {
      const backend = decodeBackend(bytes);
      if (backend.ok) backends.push(describeBackend(backend.value));
    }
  }
  const settings = decodeSettings(entries.get(SETTINGS_ENTRY) ?? "");
  const { classicCookies, defaultBackend } = settings.ok ? settings.value : { classicCookies: "accept" as const };
  return { generation, classicCookies, defaultBackend: defaultBackend ?? null, routes, backends };
}
