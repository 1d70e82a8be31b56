import { judge, NO_ANSWER } from "../../policies/authority.ts";
import type { Verdict } from "../../policies/guard.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import { authorityBackend, authorityHost, questionLines, questionTarget } from "../../policies/question.ts";
import { ASKING_LOCATION } from "../../snapshot/profiles.ts";
import type { AuthorityPolicy, RoutePolicies } from "../../snapshot/route-policies.ts";
import { currentRequest, type RequestState, rareOf, requestName } from "../request.ts";
import { answerKey, recallAnswer, rememberAnswer } from "./remembered-answers.ts";
import { findTarget } from "./url-target.ts";

const ALL = 0;

/** The client's headers, name and value in turn. */
function clientHeaders(): readonly string[] {
  const headers = ngx.req.get_headers(ALL, true);
  const list: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") list.push(name, value);
    else if (typeof value === "object") for (let i = 0; i < value.length; i++) list.push(name, value[i] as string);
  }
  return list;
}

/** Goes where NGINX asks, and from there to `resume`. */
function ask(policy: AuthorityPolicy, request: PolicyRequest, backend: string): never {
  ngx.var["limpet_asking"] = requestName();
  ngx.var["limpet_authority_backend"] = backend;
  ngx.var["limpet_authority_scheme"] = policy.scheme;
  ngx.var["limpet_authority_host"] = authorityHost(policy, request);
  ngx.var["limpet_authority_target"] = questionTarget(policy, request);
  ngx.var["limpet_authority_method"] = policy.method;
  ngx.var["limpet_authority_lines"] = questionLines(policy, request, clientHeaders());
  return ngx.exec(ASKING_LOCATION);
}

/** Takes up a request that was asked about; its answer is for others too, if it may be remembered. */
export function noteAnswer(state: RequestState, { authority }: RoutePolicies, request: PolicyRequest): void {
  const rare = rareOf(state);
  rare.told = rare.told ?? NO_ANSWER;
  const memory = authority?.memory;
  if (memory !== undefined) rememberAnswer(memory, answerKey(memory, request), rare.told);
}

/** `auth-url`: the authority is asked once for a request, or not at all when it said lately what it would say. */
export function guardByAuthority({ authority }: RoutePolicies, request: PolicyRequest): Verdict {
  const state = currentRequest();
  if (authority === undefined || state === undefined) return undefined;
  const { memory } = authority;
  const rare = rareOf(state);
  if (rare.told === undefined && memory !== undefined) {
    rare.told = recallAnswer(answerKey(memory, request));
  }
  if (rare.told === undefined) {
    const backend = authorityBackend(authority, request);
    if (findTarget(backend) !== undefined) return ask(authority, request, backend);
    rare.told = NO_ANSWER;
  }
  return judge(authority, rare.told, request);
}
