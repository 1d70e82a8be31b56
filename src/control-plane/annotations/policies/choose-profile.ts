import { PLAIN_PROFILE, type ProfileName, profileName } from "../../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../../snapshot/route-policies.ts";

/**
 * Policies that change the headers of a response, or the Host of a request: only the named locations know of these. And a
 * request that is copied, or that an authority is asked about, comes from a location of its own, so that it needs one to go
 * on in.
 */
const FILTERING: readonly (keyof RoutePolicies)[] = ["cors", "mirror", "response", "upstreamHost", "authority"];

/**
 * The named location that a Route needs: the one its connection settings ask for, else the twin of the plain one where
 * the headers of its responses are ours to change; undefined: the plain location does. NGINX holds a response up only while
 * it buffers it.
 */
export function chooseProfile(policies: RoutePolicies): ProfileName | undefined {
  if (policies.profile !== undefined) return policies.profile;
  if (policies.bandwidth !== undefined) return profileName({ ...PLAIN_PROFILE, buffering: "on" });
  return FILTERING.some((field) => policies[field] !== undefined) ? profileName(PLAIN_PROFILE) : undefined;
}
