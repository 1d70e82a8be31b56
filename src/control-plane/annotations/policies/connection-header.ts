import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseOneOfAnyCase } from "../value-parsers.ts";

export const CONNECTION_PROXY_HEADER = served("Headers and cookies", "location")("low", {
  name: "connection-proxy-header",
  parser: parseOneOfAnyCase(["keep-alive", "close"] as const),
  default: "none",
  doc: "The Connection header that endpoints see: `keep-alive` or `close`. Requests that change the protocol (WebSocket) keep their own.",
  onBadValue: "none",
  rejected: true,
  differs: "requests that change the protocol keep their own.",
  badValue: badValue("This is no Connection header that can be sent: none is.", 'Write "keep-alive" or "close".'),
});

/** The Connection header towards Endpoints. */
export function readConnectionHeader(context: AnnotationContext): Partial<RoutePolicies> {
  const connection = context.read(CONNECTION_PROXY_HEADER);
  return connection === undefined ? {} : { connection };
}
