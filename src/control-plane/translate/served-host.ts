import type { Host, Route } from "../../snapshot/model.ts";
import type { HostPolicies } from "../../snapshot/route-policies.ts";
import type { BuiltHost, Grant } from "./build-host.ts";
import { clientPolicies, withoutCertificate } from "./choose-clients.ts";
import { type RedirectSettings, withHttpsRedirect } from "./redirect-hosts.ts";

/** What a host's Routes depend on besides its Ingresses. */
export interface HostSurroundings {
  readonly hasTls: boolean;
  readonly redirects: RedirectSettings;
  /** How the paths begin that need no authentication. */
  readonly open: readonly string[];
}

/** What a Route is by what its host is, which an Ingress alone does not say. */
function routeOf({ claim, reading }: Grant, policies: HostPolicies, around: HostSurroundings): Route {
  const route = withHttpsRedirect(claim.route, reading.https, around.hasTls, around.redirects);
  return withoutCertificate(route, policies, around.open);
}

/** A host as the data plane serves it. */
export function servedHost(built: BuiltHost, around: HostSurroundings): Host {
  const { host, grants, regex, appRoot, clients, aliasOf } = built;
  const policies: HostPolicies = {
    ...(appRoot === undefined ? {} : { appRoot }),
    ...clientPolicies(aliasOf ?? host, clients),
  };
  return {
    host,
    routes: grants.map((grant) => routeOf(grant, policies, around)),
    ...(Object.keys(policies).length === 0 ? {} : { policies }),
    ...(regex ? { regex } : {}),
    ...(aliasOf === undefined ? {} : { aliasOf }),
  };
}
