/**
 * NGINX takes an Endpoint's error response away only by the settings of a location: the configuration has a named
 * location for each set of the statuses that are usually asked for.
 */
import type { ProfileName } from "./profiles.ts";

/** The statuses of Endpoints that can be taken away, in ascending order. */
export const INTERCEPTABLE: readonly number[] = [401, 403, 404, 500, 502, 503, 504];

/** Where requests go whose answer is to come from a default backend. */
export const INTERCEPTED_LOCATION = "@intercepted";

/** Where a default backend answers a request for which there is no Endpoint. */
export const INSTEAD_LOCATION: ProfileName = "@instead";

/** @param statuses in ascending order */
export function interceptionName(statuses: readonly number[]): ProfileName {
  return `@http-without-${statuses.join("-")}`;
}
