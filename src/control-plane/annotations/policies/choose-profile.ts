import { PLAIN_PROFILE, type ProfileName, profileName } from "../../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../../snapshot/route-policies.ts";

/**
 * The named location that a Route needs; undefined: the plain one does. CORS has the headers of responses changed; and NGINX
 * holds a response up only while it buffers it.
 */
export function chooseProfile({ cors, bandwidth }: RoutePolicies): ProfileName | undefined {
  if (cors === undefined && bandwidth === undefined) return undefined;
  return profileName({ ...PLAIN_PROFILE, buffering: bandwidth !== undefined });
}
