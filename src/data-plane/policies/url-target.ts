import { roundRobin } from "../../affinity/strategies/round-robin.ts";
import { findBackend, type LoadedBackend } from "../loaded-backends.ts";
import { writesClassic } from "../store.ts";

const NONE_FAILED: readonly number[] = [];

/** The Backend of a URL; undefined for one without Endpoints too. */
export function findTarget(id: string | undefined): LoadedBackend | undefined {
  const backend = id === undefined ? undefined : findBackend(id, writesClassic());
  return backend === undefined || backend.size === 0 ? undefined : backend;
}

/** Its next Endpoint in turn, by position. */
export function nextInTurn(backend: LoadedBackend): number {
  return roundRobin(backend, NONE_FAILED);
}
