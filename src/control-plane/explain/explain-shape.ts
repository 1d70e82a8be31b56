import { rewritePath } from "../../policies/rewrite-path.ts";
import type { Route } from "../../snapshot/model.ts";
import type { ErrorPolicy, RewritePolicy } from "../../snapshot/route-policies.ts";
import { NODE_PATTERNS } from "../patterns/node-patterns.ts";
import { fromByteString } from "../publish/bytes.ts";
import type { ExplainedStep } from "./explanation.ts";

function rewriteStep(policy: RewritePolicy, routePath: string, path: string): ExplainedStep {
  const step = "rewrite";
  const rewritten = rewritePath(policy, routePath, path, NODE_PATTERNS);
  if (rewritten === undefined) return { step, outcome: "none", detail: `${routePath} is not found in it` };
  const query = rewritten.keepsQuery ? "" : "; the query is dropped";
  return { step, outcome: rewritten.path, detail: `endpoints see the target ${policy.target} filled in${query}` };
}

function errorStep({ statuses, location }: ErrorPolicy): ExplainedStep {
  const whose = location === undefined ? "where Limpet answers them itself" : "of endpoints too";
  return { step: "errors", outcome: statuses.join(", "), detail: `answered by a default backend, ${whose}` };
}

/**
 * What a Route makes of a request and its response, besides choosing an Endpoint.
 *
 * @param path of the request, decoded and normalised
 */
export function explainShape({ path: routePath, policies = {} }: Route, path: string): readonly ExplainedStep[] {
  const { rewrite, upstreamHost, errors } = policies;
  const steps: ExplainedStep[] = [];
  if (rewrite !== undefined) steps.push(rewriteStep(rewrite, routePath, path));
  if (upstreamHost !== undefined) {
    steps.push({ step: "host-header", outcome: upstreamHost, detail: "what endpoints see as Host" });
  }
  if (errors !== undefined) steps.push(errorStep(errors));
  return steps.map(({ step, outcome, detail }) => {
    return { step, outcome: fromByteString(outcome), detail: fromByteString(detail) };
  });
}
