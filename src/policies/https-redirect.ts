import type { HostPolicies, HttpsRedirectPolicy, RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import { hostWithoutPort, portWritten } from "./host-port.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { withoutEndSlash } from "./without-end-slash.ts";

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/**
 * The port as it stands in a Location. Who names the very port that NGINX listens at, and not 80, reaches it without a
 * mapping of ports in between, and so finds HTTPS where NGINX has it.
 */
function portText({ port, showPort }: HttpsRedirectPolicy, hostHeader: string, request: PolicyRequest): string {
  if (showPort) return `:${port}`;
  if (port === HTTPS_PORT) return "";
  const own = request.port();
  return own !== HTTP_PORT && portWritten(hostHeader) === `${own}` ? `:${port}` : "";
}

/** `ssl-redirect`, `force-ssl-redirect`: what comes over HTTP is sent to HTTPS (ingress-nginx 1.15.1). */
export function answerByHttpsRedirect(
  { httpsRedirect }: RoutePolicies,
  _host: HostPolicies | undefined,
  request: PolicyRequest,
): Answer | undefined {
  if (httpsRedirect === undefined || request.tls()) return undefined;
  const hostHeader = request.hostHeader();
  const host = hostWithoutPort(hostHeader);
  // A request of HTTP/1.0 may name no host, and then there is nowhere to send it.
  if (host === "") return undefined;
  const uri = httpsRedirect.keepSlash ? request.requestUri() : withoutEndSlash(request.requestUri());
  const location = `https://${host}${portText(httpsRedirect, hostHeader, request)}${uri}`;
  return { reason: "redirected", status: httpsRedirect.status, location };
}
