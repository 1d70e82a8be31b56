/** What Endpoints of a host that asks for client certificates learn of them (ingress-nginx 1.15.1). */
import type { ClientCertificatePolicy } from "../../snapshot/route-policies.ts";

const CERTIFICATE = "ssl-client-cert";

/** Header and NGINX's variable, in turn. */
const TOLD = [
  "ssl-client-verify",
  "ssl_client_verify",
  "ssl-client-subject-dn",
  "ssl_client_s_dn",
  "ssl-client-issuer-dn",
  "ssl_client_i_dn",
] as const;

const ALL = 0;

/** As some servers of applications see it: they tell neither case nor dashes and underscores apart. */
function isClaim(name: string): boolean {
  const [seen] = string.gsub(name.toLowerCase(), "_", "-");
  return (
    seen === CERTIFICATE ||
    seen === "ssl-client-verify" ||
    seen === "ssl-client-subject-dn" ||
    seen === "ssl-client-issuer-dn"
  );
}

/** Takes these headers from a client's request: it could claim to be anybody. */
export function withholdClaims(): void {
  for (const name in ngx.req.get_headers(ALL, true)) {
    if (isClaim(name)) ngx.req.clear_header(name);
  }
}

function tell(name: string, value: string | undefined): void {
  if (value !== undefined && value !== "") ngx.req.set_header(name, value);
}

/**
 * Has Endpoints learn who the client is, as far as TLS says. Where nobody is asked nobody has shown anything: the
 * connection may have been made for another host, by whose authorities it was verified.
 */
export function tellOfClient({ verify, passed }: ClientCertificatePolicy): void {
  if (verify === "off") return tell("ssl-client-verify", "NONE");
  for (let i = 0; i < TOLD.length; i += 2) tell(TOLD[i] as string, ngx.var[TOLD[i + 1] as string]);
  if (passed === true) tell(CERTIFICATE, ngx.var["ssl_client_escaped_cert"]);
}
