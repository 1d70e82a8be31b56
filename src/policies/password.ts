import type { BasicAuthPolicy } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";

/** Asks the client who it is (RFC 7617 §2). */
export function askForPassword({ realm }: BasicAuthPolicy): Answer {
  return { reason: "unauthorized", status: 401, headers: ["WWW-Authenticate", `Basic realm="${realm}"`] };
}
