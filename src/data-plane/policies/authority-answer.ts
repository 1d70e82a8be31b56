import { get_last_failure, set_current_peer, set_more_tries } from "ngx.balancer";
import { type AuthorityAnswer, cookiesFor, headerValue, OWN_HEADERS } from "../../policies/authority.ts";
import type { AuthorityPolicy } from "../../snapshot/route-policies.ts";
import { type RequestState, rareOf, requestNamed } from "../request.ts";
import { findTarget, nextInTurn } from "./url-target.ts";

/** Gives NGINX the Peer of a question; when it cannot be reached another one is asked once. */
export function authorityBalance(): void {
  const backend = findTarget(ngx.var["limpet_authority_backend"]);
  if (backend === undefined) return;
  const [failure] = get_last_failure();
  if (failure === undefined && backend.size > 1) set_more_tries(1);
  const position = nextInTurn(backend);
  set_current_peer(backend.peers[position] as string, backend.ports[position] as number);
}

function collect(names: readonly string[], list: string[]): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = ngx.header[name];
    if (typeof value === "string") list.push(name, value);
    else if (value !== undefined) for (let j = 0; j < value.length; j++) list.push(name, value[j] as string);
  }
}

function readAnswer({ passed }: AuthorityPolicy): AuthorityAnswer {
  const headers: string[] = [];
  collect(OWN_HEADERS, headers);
  collect(passed, headers);
  return { status: ngx.status, headers };
}

/** What NGINX takes for permission: the verdict is ours, and comes when the request goes on. */
const GO_ON = 204;

/** The header filter of a question: what the authority says is noted with the request that is asked about. */
export function hearAuthority(): void {
  const request = requestNamed(ngx.var["limpet_asking"]);
  const policy = request?.route?.policies?.authority;
  if (request !== undefined && policy !== undefined) rareOf(request).told = readAnswer(policy);
  ngx.status = GO_ON;
}

/** Endpoints get these headers from the authority or not at all: a client could claim to be anybody. */
export function passAnswer({ passed }: AuthorityPolicy, answer: AuthorityAnswer | undefined): void {
  for (let i = 0; i < passed.length; i++) {
    const name = passed[i] as string;
    const value = answer === undefined ? undefined : headerValue(answer, name);
    if (value === undefined) ngx.req.clear_header(name);
    else ngx.req.set_header(name, value);
  }
}

/** Has a response carry the authority's cookies beside others, where its status allows them. */
export function addAuthorityCookies({ route, rare }: RequestState, status: number): void {
  const policy = route?.policies?.authority;
  const told = rare?.told;
  if (policy === undefined || told === undefined) return;
  const cookies = cookiesFor(policy, told, status);
  if (cookies.length === 0) return;
  const before = ngx.header["Set-Cookie"];
  const all: string[] = typeof before === "string" ? [before] : before === undefined ? [] : [...before];
  for (let i = 0; i < cookies.length; i++) all.push(cookies[i] as string);
  ngx.header["Set-Cookie"] = all;
}
