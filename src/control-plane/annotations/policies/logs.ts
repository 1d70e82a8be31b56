import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseBoolean } from "../value-parsers.ts";

const log = served("Logs and traces", "location");

const BOOLEAN_HINT = 'Write "true" or "false".';

export const ENABLE_ACCESS_LOG = log("medium", {
  name: "enable-access-log",
  parser: parseBoolean,
  default: "`true`",
  doc: "`false`: requests leave no line in the access log. They are counted all the same.",
  onBadValue: "`true`",
  badValue: badValue("This is neither true nor false: requests are logged.", BOOLEAN_HINT),
});

export const ENABLE_REWRITE_LOG = log("low", {
  name: "enable-rewrite-log",
  parser: parseBoolean,
  default: "`false`",
  doc: "Has no effect: there are no rewrite rules of NGINX's that a log could show. `limpet explain` says what becomes of a request.",
  onBadValue: "`false`",
  differs: "there is nothing to log: it is a Problem.",
  badValue: badValue("This is neither true nor false, and has no effect.", BOOLEAN_HINT),
});

export const LOG_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [ENABLE_ACCESS_LOG, ENABLE_REWRITE_LOG];

const NO_REWRITE_LOG = noEffect(
  "NGINX has no rewrite rules here that a log could show.",
  "Ask `limpet explain` what becomes of a request, and leave this out.",
);

/** Whether requests leave a line. */
export function readLogs(context: AnnotationContext): Partial<RoutePolicies> {
  if (context.read(ENABLE_REWRITE_LOG) === true) context.report(ENABLE_REWRITE_LOG, NO_REWRITE_LOG);
  return context.read(ENABLE_ACCESS_LOG) === false ? { unlogged: true } : {};
}
