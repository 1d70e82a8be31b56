import { VERIFY_DEPTHS, type Verification, type VerifiedProtocol } from "../../snapshot/verified-profiles.ts";
import { trustFile } from "../trust/trust-directory.ts";
import type { NginxOptions } from "./options.ts";
import { quote } from "./quote.ts";

/** Where authorities are found. */
export type Trust = Pick<NginxOptions, "trustDirectory" | "nobodyFile">;

const PROTOCOLS: readonly VerifiedProtocol[] = ["https", "grpcs"];

/** Every way that the configuration verifies Endpoints in. @param places for authorities */
export function verifications(places: number): readonly Verification[] {
  const numbers = Array.from({ length: places }, (_, i) => i + 1);
  return numbers.flatMap((place) =>
    PROTOCOLS.flatMap((protocol) => VERIFY_DEPTHS.map((depth) => ({ protocol, place, depth }))),
  );
}

/**
 * Has OpenSSL verify Endpoints by what stands in a place. It opens the file when it first looks for an issuer that it does
 * not know yet, and asks nothing else: the trusted certificate is only what NGINX insists on.
 */
export function verificationLines({ protocol, place, depth }: Verification, trust: Trust): readonly string[] {
  const module = protocol === "grpcs" ? "grpc" : "proxy";
  return [
    `${module}_ssl_verify on;`,
    `${module}_ssl_verify_depth ${depth};`,
    `${module}_ssl_trusted_certificate ${quote(trust.nobodyFile)};`,
    `${module}_ssl_conf_command VerifyCAStore ${quote(`${trust.trustDirectory}/${trustFile(place)}`)};`,
    // NGINX keeps sessions by pool, one pool is everybody's, and a resumed session is not verified again.
    `${module}_ssl_session_reuse off;`,
  ];
}
