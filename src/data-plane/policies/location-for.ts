import type { ProfileName } from "../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { isTls } from "../nginx-values.ts";
import { errorBackend } from "./default-backend.ts";
import { filteringLocation } from "./global-headers.ts";

/**
 * The named location that a request of a Route goes on in; undefined: it stays where it is. Errors are left alone where
 * nobody would answer instead.
 */
export function locationFor(policies: RoutePolicies): ProfileName | undefined {
  if (policies.tlsProfile !== undefined && isTls()) return policies.tlsProfile;
  const taken = policies.errors?.location;
  if (taken !== undefined && errorBackend(policies) !== undefined) return taken;
  return policies.profile ?? filteringLocation();
}
