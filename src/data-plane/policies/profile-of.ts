import type { ProfileName } from "../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";

/** The named location that a request of a Route is served by; undefined: the plain one. */
export function profileOf({ profile, tlsProfile }: RoutePolicies): ProfileName | undefined {
  return tlsProfile !== undefined && ngx.var["https"] === "on" ? tlsProfile : profile;
}
