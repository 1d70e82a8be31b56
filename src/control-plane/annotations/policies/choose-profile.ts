import { PLAIN_PROFILE, type ProfileName, profileName } from "../../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../../snapshot/route-policies.ts";

/** Policies that change the headers of a response, or the Host of a request: only the named locations know of these. */
const FILTERING: readonly (keyof RoutePolicies)[] = ["upstreamHost"];

/**
 * The named location that a Route needs: the one its connection settings ask for, else the twin of the plain one where
 * the headers of its responses are ours to change; undefined: the plain location does.
 */
export function chooseProfile(policies: RoutePolicies): ProfileName | undefined {
  if (policies.profile !== undefined) return policies.profile;
  return FILTERING.some((field) => policies[field] !== undefined) ? profileName(PLAIN_PROFILE) : undefined;
}
