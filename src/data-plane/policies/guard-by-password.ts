import type { Answer } from "../../policies/answer.ts";
import type { Verdict } from "../../policies/guard.ts";
import { askForPassword } from "../../policies/password.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { RateLimit, RoutePolicies } from "../../snapshot/route-policies.ts";
import { readCredentials } from "./credentials.ts";
import { isKnown, know, passwordKey } from "./known-passwords.ts";
import { limitsDict } from "./limits-dict.ts";
import { monotonic } from "./monotonic.ts";
import { drain, fill } from "./rate-limit.ts";

/** As nginx.conf declares it. */
const THREAD_POOL = "limpet_passwords";

/**
 * Passwords that wait for a worker's thread. NGINX's queue is longer: when that one overflows lua-nginx-module (0.10.23)
 * frees memory that it has not allocated, and the worker dies.
 */
const MOST_WAITING = 32;

/**
 * Wrong passwords, and those not looked at yet, of one address: to try one costs us tens of milliseconds. Whoever was let
 * in before is remembered, and does not come here.
 */
const WRONG_PASSWORDS: RateLimit = { interval: 1000, burst: 30 };

const LIMITED: Answer = { reason: "limited", status: 503 };

let waiting = 0;

/** Runs once in each worker: until then its thread shares the worker's files, and each request pays for that. */
export function startPasswordThread(): void {
  ngx.timer.at(0, () => {
    ngx.run_worker_thread(THREAD_POOL, "data-plane.policies.leave-files", "leaveFiles");
  });
}

/** Whether the password is right; undefined when it cannot be told. Other requests are served meanwhile. */
function verify(password: string, hash: string): boolean | undefined {
  waiting++;
  const [done, good] = ngx.run_worker_thread(
    THREAD_POOL,
    "data-plane.policies.verify-password",
    "verifyPassword",
    password,
    hash,
  );
  waiting--;
  if (done) return good === true;
  ngx.log(ngx.ERR, "a password could not be verified: ", `${good}`);
  return undefined;
}

function verifyForAddress(address: string, password: string, hash: string): boolean | undefined {
  const bucket = `password ${address}`;
  if (waiting >= MOST_WAITING || !fill(limitsDict, bucket, WRONG_PASSWORDS, monotonic())) return undefined;
  const good = verify(password, hash);
  if (good !== false) drain(limitsDict, bucket, WRONG_PASSWORDS);
  return good;
}

/** `auth-type: basic`. */
export function guardByPassword({ basicAuth }: RoutePolicies, request: PolicyRequest): Verdict {
  if (basicAuth === undefined) return undefined;
  const given = readCredentials(request.header("authorization"));
  const hash = given === undefined ? undefined : basicAuth.users[given.user];
  if (given === undefined || hash === undefined) return askForPassword(basicAuth);
  const key = passwordKey(given.password, hash);
  if (isKnown(key)) return "admitted";
  const good = verifyForAddress(request.address(), given.password, hash);
  if (good === undefined) return LIMITED;
  if (!good) return askForPassword(basicAuth);
  know(key);
  return "admitted";
}
