import type { AuthorityAnswer } from "../../policies/authority.ts";
import { secondsToRemember } from "../../policies/authority.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import { requestText } from "../../policies/request-text.ts";
import { decode } from "../../snapshot/codec.ts";
import type { AuthorityMemory } from "../../snapshot/route-policies.ts";

/** What authorities said, shared by the workers. When it is full the answers that nobody asked for longest give way. */
const answers = ngx.shared["limpet_answers"] as SharedDict;

/** What a request's answer stands under: credentials are often part of the key, so only a hash of it is kept. */
export function answerKey({ key, owner }: AuthorityMemory, request: PolicyRequest): string {
  return ngx.hmac_sha1(owner, `${request.host}\n${requestText(key, request)}`);
}

/** In the form of codec.ts: a list of the status and the headers. */
function encodeAnswer({ status, headers }: AuthorityAnswer): string {
  const first = `${status}`;
  let text = `[${headers.length + 1}:s${first.length}:${first}`;
  for (let i = 0; i < headers.length; i++) {
    const item = headers[i] as string;
    text = `${text}s${item.length}:${item}`;
  }
  return text;
}

function decodeAnswer(text: string): AuthorityAnswer | undefined {
  const decoded = decode(text);
  if (!decoded.ok) return undefined;
  const [status, ...headers] = decoded.value as readonly string[];
  return { status: tonumber(status) ?? 0, headers };
}

export function recallAnswer(key: string): AuthorityAnswer | undefined {
  const text = answers.get(key);
  return typeof text === "string" ? decodeAnswer(text) : undefined;
}

export function rememberAnswer(memory: AuthorityMemory, key: string, answer: AuthorityAnswer): void {
  const seconds = secondsToRemember(memory, answer);
  if (seconds > 0) answers.set(key, encodeAnswer(answer), seconds);
}
