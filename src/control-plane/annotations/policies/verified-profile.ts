import { isGrpc } from "../../../snapshot/profiles.ts";
import { approximated } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { PROXY_REQUEST_BUFFERING } from "./bodies.ts";
import { PROXY_BUFFERING } from "./buffers.ts";
import { LIMIT_RATE } from "./limits.ts";
import type { WantedProfile } from "./nearest-profile.ts";

const HINT = "Take it out, or proxy-ssl-verify.";

/** What of a wish can be had where Endpoints are verified: NGINX has a location for each set of authorities already. */
export function withVerification(context: AnnotationContext, wanted: WantedProfile): WantedProfile {
  if (wanted.buffering !== "off") {
    context.report(PROXY_BUFFERING, approximated("Responses of verified endpoints are passed on as they come.", HINT));
    context.report(LIMIT_RATE, approximated("Responses of verified endpoints are passed on as they come.", HINT));
  }
  if (isGrpc(wanted.protocol)) return { ...wanted, buffering: "off" };
  if (!wanted.requestBuffering) {
    context.report(PROXY_REQUEST_BUFFERING, approximated("Requests to verified endpoints are read whole.", HINT));
  }
  return { ...wanted, buffering: "off", requestBuffering: true, streamLimit: 0 };
}
