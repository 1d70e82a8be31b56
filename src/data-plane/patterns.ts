import { opt } from "ngx.re";
import type { Groups, Patterns } from "../routing/patterns.ts";

/** Without regard to case; compiled once, to machine code. The cache and the length of a search have bounds in nginx.conf. */
const OPTIONS = "ijo";
const BY_CASE = "jo";

/** Bytes, in each worker: a group that repeats takes some for every turn, and a path may be as long as NGINX takes one. */
const STACK_SIZE = 1048576;

/** Called once in each worker, before the first search. */
export function preparePatterns(): void {
  opt("jit_stack_size", STACK_SIZE);
}

/** Patterns that an error was logged for, so that a client cannot fill the log. */
let logged: Record<string, boolean> = {};
let loggedCount = 0;
const MOST_LOGGED = 100;

function logOnce(pattern: string, failure: string): void {
  if (logged[pattern] === true) return;
  if (loggedCount === MOST_LOGGED) {
    logged = {};
    loggedCount = 0;
  }
  logged[pattern] = true;
  loggedCount = loggedCount + 1;
  ngx.log(ngx.ERR, "limpet: regular expression ", pattern, ": ", failure);
}

/** A pattern that PCRE does not take matches nothing: it was checked when its Ingress was read, so this is rare. */
function isRefused(failure: string): boolean {
  return failure.indexOf("pcre_exec") < 0;
}

function find(text: string, pattern: string, options: string): boolean | undefined {
  const [from, , failure] = ngx.re.find(text, pattern, options);
  if (failure === undefined) return from !== undefined;
  logOnce(pattern, failure);
  return isRefused(failure) ? false : undefined;
}

/** PCRE as NGINX has it. */
export const PATTERNS: Patterns = {
  matches: (text, pattern) => find(text, pattern, OPTIONS),
  matchesByCase: (text, pattern) => find(text, pattern, BY_CASE),
  groups: (text, pattern): Groups | undefined => {
    const [groups, failure] = ngx.re.match(text, pattern, OPTIONS);
    if (failure !== undefined) logOnce(pattern, failure);
    return groups;
  },
};
