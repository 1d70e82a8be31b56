import type { Answer } from "../../policies/answer.ts";
import { askGuards, type Guard } from "../../policies/guard.ts";
import { guardByAddress } from "../../policies/guard-by-address.ts";
import { askForPassword } from "../../policies/password.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import { authorityBackend, questionTarget } from "../../policies/question.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { ExplainedRequest, ExplainedStep } from "./explanation.ts";

/** Why a request goes no further, as far as that can be told here, and what was looked at. */
export interface ExplainedGuards {
  readonly refusal: Answer | undefined;
  readonly steps: readonly ExplainedStep[];
}

const LIMITS: ExplainedStep = {
  step: "limits",
  outcome: "unknown",
  detail: "NGINX counts what each address asks; how much that was is not known here",
};

/** What only NGINX can tell counts as good. */
function guardsOf(request: ExplainedRequest, steps: ExplainedStep[]): readonly Guard[] {
  const byAddress: Guard = (policies, asked) => {
    if (policies.addresses === undefined) return undefined;
    const known = request.address !== undefined;
    const verdict = known ? guardByAddress(policies, asked) : "admitted";
    const outcome = known ? (typeof verdict === "object" ? "denied" : "allowed") : "unknown";
    const detail = known ? request.address : "it depends on the client's address: --address tells it";
    steps.push({ step: "address", outcome, detail });
    return verdict;
  };
  const byPassword: Guard = ({ basicAuth }, asked) => {
    if (basicAuth === undefined) return undefined;
    const told = asked.header("authorization") !== undefined;
    const detail = told ? "NGINX verifies the password" : "the request brings no user name and no password";
    steps.push({ step: "authentication", outcome: told ? "unknown" : "missing", detail });
    return told ? "admitted" : askForPassword(basicAuth);
  };
  const byAuthority: Guard = ({ authority }, asked) => {
    if (authority === undefined) return undefined;
    const url = `${authorityBackend(authority, asked)}${questionTarget(authority, asked)}`;
    const detail = `NGINX asks ${url} by ${authority.method}; what it answers is not known here`;
    steps.push({ step: "authority", outcome: "unknown", detail });
    return "admitted";
  };
  return [byAddress, byPassword, byAuthority];
}

/** What guards and limits of a Route say to a request that was described. */
export function explainGuards(
  policies: RoutePolicies,
  request: ExplainedRequest,
  asked: PolicyRequest,
): ExplainedGuards {
  const steps = policies.limits === undefined ? [] : [LIMITS];
  return { refusal: askGuards(guardsOf(request, steps), policies, asked), steps };
}
