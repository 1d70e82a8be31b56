import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseBoolean } from "../value-parsers.ts";

export const ENABLE_ACCESS_LOG = served("Logs and traces", "location")("medium", {
  name: "enable-access-log",
  parser: parseBoolean,
  default: "`true`",
  doc: "`false`: requests leave no line in the access log. They are counted all the same.",
  onBadValue: "`true`",
  badValue: badValue("This is neither true nor false: requests are logged.", 'Write "true" or "false".'),
});

/** Whether requests leave a line. */
export function readAccessLog(context: AnnotationContext): Partial<RoutePolicies> {
  return context.read(ENABLE_ACCESS_LOG) === false ? { unlogged: true } : {};
}
