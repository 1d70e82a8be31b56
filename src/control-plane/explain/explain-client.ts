import type { ClientCertificatePolicy } from "../../snapshot/route-policies.ts";
import type { ExplainedStep } from "./explanation.ts";

function wanted({ verify, depth, commonName }: ClientCertificatePolicy): string {
  if (verify === "off") return "clients are not asked for a certificate";
  const ours = `one of the host's authorities with at most ${depth} between`;
  const from = verify === "optional_no_ca" ? "any authority" : ours;
  const must = verify === "on" ? "the client must show" : "the client may show";
  const name = commonName === undefined ? "" : `, with a common name that matches ${commonName}`;
  return `${must} a certificate of ${from}${name}`;
}

/** What a host asks of its clients' certificates, for people: only NGINX sees whether it gets it. */
export function explainClient(policy: ClientCertificatePolicy, tls: boolean): ExplainedStep {
  const outcome = tls && policy.verify !== "off" ? "unknown" : "none";
  return {
    step: "client certificate",
    outcome,
    detail: `${wanted(policy)}${tls ? "" : ", and there is none over HTTP"}`,
  };
}
