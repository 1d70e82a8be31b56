import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { currentSettings } from "../current-settings.ts";
import { findBackend, type LoadedBackend } from "../loaded-backends.ts";
import { writesClassic } from "../store.ts";

/** A Backend that answers in place of another, if it has an Endpoint. */
export function findDefaultBackend(id: string): LoadedBackend | undefined {
  const backend = findBackend(id, writesClassic());
  return backend === undefined || backend.size === 0 ? undefined : backend;
}

/** Who answers in place of a Route's errors: its own default backend, or else the server-wide one. */
export function errorBackend({ defaultBackend }: RoutePolicies): LoadedBackend | undefined {
  const own = defaultBackend === undefined ? undefined : findDefaultBackend(defaultBackend);
  if (own !== undefined) return own;
  const general = currentSettings().defaultBackend;
  return general === undefined ? undefined : findDefaultBackend(general);
}
