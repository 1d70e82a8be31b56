import type { Protocol } from "../../../snapshot/profiles.ts";
import { approximated, badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseOneOf, parseOneOfAnyCase } from "../value-parsers.ts";

const protocol = served("Protocols", "location");

export const BACKEND_PROTOCOL = protocol("high", {
  name: "backend-protocol",
  parser: parseOneOfAnyCase(["HTTP", "HTTPS", "AUTO_HTTP", "GRPC", "GRPCS"] as const),
  default: "`HTTP`",
  doc: "What endpoints speak: `HTTP`, `HTTPS`, `GRPC`, `GRPCS`, or `AUTO_HTTP`: TLS where the client's connection is.",
  onBadValue: "`HTTP`",
  badValue: badValue(
    "This is no protocol that is spoken to endpoints, FastCGI among them: it is HTTP.",
    'Write "HTTP", "HTTPS", "AUTO_HTTP", "GRPC" or "GRPCS"; put a web server in front of a FastCGI application.',
  ),
});

export const PROXY_HTTP_VERSION = protocol("low", {
  name: "proxy-http-version",
  parser: parseOneOf(["1.0", "1.1"]),
  default: "`1.1`",
  doc: "The HTTP version towards endpoints: 1.1, whatever is written.",
  onBadValue: "`1.1`",
  badValue: badValue("This is no version of HTTP that NGINX speaks to endpoints: it is 1.1.", 'Write "1.1".'),
});

export const PROTOCOL_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [BACKEND_PROTOCOL, PROXY_HTTP_VERSION];

/** What Endpoints speak; `auto` as the client does, TLS or not. */
export type SpokenProtocol = Protocol | "auto";

const SPOKEN = { HTTP: "http", HTTPS: "https", AUTO_HTTP: "auto", GRPC: "grpc", GRPCS: "grpcs" } as const;

/** What the Endpoints of an Ingress speak (ingress-nginx: section G, backend-protocol). */
export function readProtocol(context: AnnotationContext): SpokenProtocol {
  if (context.read(PROXY_HTTP_VERSION) === "1.0") {
    context.report(PROXY_HTTP_VERSION, approximated("HTTP/1.1 is spoken to endpoints.", 'Write "1.1".'));
  }
  return SPOKEN[context.read(BACKEND_PROTOCOL) ?? "HTTP"];
}
