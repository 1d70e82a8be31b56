import type { AuthorityPolicy, QuestionHeader } from "../snapshot/route-policies.ts";
import { urlBackendId } from "../snapshot/url-backend-id.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { requestText } from "./request-text.ts";
import { headerText, urlText } from "./safe-text.ts";

/**
 * Headers of a client that no authority gets: those of the connection and the body, which the question has not got; those
 * that are told by ourselves; and conditions, since 304 and 206 would be no answers.
 */
const WITHHELD: Readonly<Record<string, true>> = {
  host: true,
  connection: true,
  "content-length": true,
  expect: true,
  "http2-settings": true,
  "keep-alive": true,
  proxy: true,
  "proxy-connection": true,
  te: true,
  trailer: true,
  "transfer-encoding": true,
  upgrade: true,
  "x-request-id": true,
  "x-real-ip": true,
  "x-forwarded-for": true,
  "x-forwarded-host": true,
  "x-forwarded-port": true,
  "x-forwarded-proto": true,
  "x-forwarded-scheme": true,
  "x-scheme": true,
  "x-original-url": true,
  "x-original-uri": true,
  "x-original-method": true,
  "x-sent-from": true,
  "x-auth-request-redirect": true,
  "if-match": true,
  "if-modified-since": true,
  "if-none-match": true,
  "if-range": true,
  "if-unmodified-since": true,
  range: true,
};

/** The Host of a question: of the URL, or that of the request. */
export function authorityHost({ host }: AuthorityPolicy, request: PolicyRequest): string {
  return host ?? request.host;
}

/** The id of the Backend that is asked. */
export function authorityBackend(policy: AuthorityPolicy, request: PolicyRequest): string {
  return urlBackendId(policy.scheme, authorityHost(policy, request), policy.port);
}

/** Path and query of a question. */
export function questionTarget({ target }: AuthorityPolicy, request: PolicyRequest): string {
  return urlText(requestText(target, request));
}

function isReplaced({ headers }: AuthorityPolicy, name: string): boolean {
  for (let i = 0; i < headers.length; i++) if ((headers[i] as QuestionHeader).name.toLowerCase() === name) return true;
  return false;
}

function clientLines(policy: AuthorityPolicy, given: readonly string[]): string {
  let lines = "";
  for (let i = 0; i + 1 < given.length; i += 2) {
    const name = (given[i] as string).toLowerCase();
    // A header may be called like a method of every record.
    if (WITHHELD[name] !== true && !isReplaced(policy, name)) lines = `${lines}\r\n${given[i]}: ${given[i + 1]}`;
  }
  return lines;
}

/**
 * The headers of a question that differ from Route to Route, as lines behind another header's value: what the Route asks
 * for, and what the client sent.
 *
 * @param given the client's headers, name and value in turn
 */
export function questionLines(policy: AuthorityPolicy, request: PolicyRequest, given: readonly string[]): string {
  let lines = `\r\nX-Auth-Request-Redirect: ${headerText(requestText(policy.wayBack, request))}`;
  for (let i = 0; i < policy.headers.length; i++) {
    const header = policy.headers[i];
    if (header !== undefined) lines = `${lines}\r\n${header.name}: ${headerText(requestText(header.value, request))}`;
  }
  return lines + clientLines(policy, given);
}
