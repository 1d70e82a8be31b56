import type { Patterns } from "../routing/patterns.ts";
import type { BlockPolicy, ClientPattern } from "../snapshot/global-policies.ts";
import { contains } from "./address-ranges.ts";
import type { Answer } from "./answer.ts";
import type { PolicyRequest } from "./policy-request.ts";

const BLOCKED: Answer = { reason: "denied", status: 403 };

/** A search that is cut off counts as found: nobody gets past a block by a value that takes too long. */
function fits({ kind, pattern }: ClientPattern, value: string, patterns: Patterns): boolean {
  if (kind === "text") return value.toLowerCase() === pattern;
  if (kind === "any-case") return patterns.matches(value, pattern) !== false;
  return patterns.matchesByCase(value, pattern) !== false;
}

function fitsAny(list: readonly ClientPattern[], value: string, patterns: Patterns): boolean {
  for (let i = 0; i < list.length; i++) if (fits(list[i] as ClientPattern, value, patterns)) return true;
  return false;
}

/** `block-cidrs`, `block-user-agents`, `block-referers`: what a client gets that is served nothing; undefined: it is not blocked. */
export function answerBlocked(
  { addresses, agents, referers }: BlockPolicy,
  request: PolicyRequest,
  patterns: Patterns,
): Answer | undefined {
  if (addresses !== undefined && contains(addresses, request.address())) return BLOCKED;
  if (agents !== undefined && fitsAny(agents, request.header("user_agent") ?? "", patterns)) return BLOCKED;
  if (referers !== undefined && fitsAny(referers, request.header("referer") ?? "", patterns)) return BLOCKED;
  return undefined;
}
