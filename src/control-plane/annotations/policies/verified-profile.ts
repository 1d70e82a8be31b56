import { isGrpc } from "../../../snapshot/profiles.ts";
import { approximated } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { PROXY_REQUEST_BUFFERING } from "./bodies.ts";
import { PROXY_BUFFERING } from "./buffers.ts";
import { LIMIT_RATE } from "./limits.ts";
import type { WantedProfile } from "./nearest-profile.ts";

function report(context: AnnotationContext, annotation: ServedAnnotation<unknown>, message: string): void {
  const hint = "Take it out, or proxy-ssl-verify.";
  context.report(annotation, (subject, field, value) => approximated(subject, field, value, message, hint));
}

/** What of a wish can be had where Endpoints are verified: NGINX has a location for each set of authorities already. */
export function withVerification(context: AnnotationContext, wanted: WantedProfile): WantedProfile {
  if (wanted.buffering !== "off") {
    report(context, PROXY_BUFFERING, "Responses of verified endpoints are passed on as they come.");
    report(context, LIMIT_RATE, "Responses of verified endpoints are passed on as they come.");
  }
  if (isGrpc(wanted.protocol)) return { ...wanted, buffering: "off" };
  if (!wanted.requestBuffering) {
    report(context, PROXY_REQUEST_BUFFERING, "Requests to verified endpoints are read whole.");
  }
  return { ...wanted, buffering: "off", requestBuffering: true, streamLimit: 0 };
}
