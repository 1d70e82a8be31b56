import { PLAIN_PROFILE, type ProfileName, profileName } from "../../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../../snapshot/route-policies.ts";

/** The named location that a Route needs; undefined: the plain one does. CORS has the headers of responses changed. */
export function chooseProfile({ cors }: RoutePolicies): ProfileName | undefined {
  return cors === undefined ? undefined : profileName(PLAIN_PROFILE);
}
