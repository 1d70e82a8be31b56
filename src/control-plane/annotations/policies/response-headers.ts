import type { ResponsePolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { CUSTOM_HEADERS, readCustomHeaders } from "./custom-headers.ts";
import { REWRITTEN_HEADER_ANNOTATIONS, readRewrittenHeaders } from "./rewritten-headers.ts";

export const RESPONSE_HEADER_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  CUSTOM_HEADERS,
  ...REWRITTEN_HEADER_ANNOTATIONS,
];

/** Everything that is done to the headers of an Endpoint's response. */
export function readResponseHeaders(context: AnnotationContext): Partial<RoutePolicies> {
  const response: ResponsePolicy = { ...readCustomHeaders(context), ...readRewrittenHeaders(context) };
  return Object.keys(response).length === 0 ? {} : { response };
}
