import { set_current_peer } from "ngx.balancer";
import { mirroredUri } from "../../policies/mirrored-uri.ts";
import { MIRROR_LOCATIONS, type ProfileName } from "../../snapshot/profiles.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { currentRequest } from "../request.ts";
import { locationFor } from "./location-for.ts";
import { findTarget, nextInTurn } from "./url-target.ts";

/**
 * The named location that has NGINX make a copy of this request; undefined when there is none to be made, as when the target
 * has no address: the request itself must not suffer.
 */
export function locationOfMirror({ mirror }: RoutePolicies): ProfileName | undefined {
  if (mirror === undefined || findTarget(mirror.backend) === undefined) return undefined;
  ngx.var["limpet_mirror_backend"] = mirror.backend;
  ngx.var["limpet_mirror_scheme"] = mirror.scheme;
  ngx.var["limpet_mirror_host"] = mirror.host;
  ngx.var["limpet_mirror_uri"] = mirroredUri(mirror, ngx.var["request_uri"] ?? "/");
  return mirror.withBody ? MIRROR_LOCATIONS.whole : MIRROR_LOCATIONS.bodiless;
}

/** Goes on with a request whose copy is under way. */
export function passMirrored(): void {
  const policies = currentRequest()?.route?.policies;
  const profile = policies === undefined ? undefined : locationFor(policies);
  if (profile === undefined) ngx.exit(500);
  else ngx.exec(profile);
}

/** Gives NGINX the Peer of a copy. */
export function mirrorBalance(): void {
  const backend = findTarget(ngx.var["limpet_mirror_backend"]);
  if (backend === undefined) return;
  const position = nextInTurn(backend);
  set_current_peer(backend.peers[position] as string, backend.ports[position] as number);
}
