import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseOneOf } from "../value-parsers.ts";

export const SATISFY = served("Authentication", "location")("low", {
  name: "satisfy",
  parser: parseOneOf(["any", "all"]),
  default: "`all`",
  doc: "Whether one of address lists and authentication is enough (`any`), or a client must pass all of them.",
  onBadValue: "`all`",
  badValue: badValue("This is neither any nor all: a client must pass all guards.", 'Write "any" or "all".'),
});

export function readSatisfy(context: AnnotationContext): Partial<RoutePolicies> {
  return context.read(SATISFY) === "any" ? { satisfyAny: true } : {};
}
