import { decideByRequest } from "../../affinity/decide-by-request.ts";
import type { Decision } from "../../affinity/decision.ts";
import { requestText } from "../../policies/request-text.ts";
import type { BalancePolicy } from "../../snapshot/route-policies.ts";
import type { LoadedBackend } from "../loaded-backends.ts";
import type { RequestState } from "../request.ts";
import { world } from "../store.ts";
import { answerTime, FAILED_SECONDS, observeAnswer } from "./answer-times.ts";
import { nginxRequest } from "./nginx-request.ts";

const NONE_FAILED: readonly number[] = [];

function decideFor(
  request: RequestState,
  balance: BalancePolicy,
  backend: LoadedBackend,
  failed: readonly number[],
): Decision {
  const key = balance.kind === "hash" ? requestText(balance.key, nginxRequest(request)) : "";
  return decideByRequest(balance, key, backend, failed, answerTime, world);
}

/** The decision for the first attempt of a request. */
export function balanceRequest(request: RequestState, balance: BalancePolicy, backend: LoadedBackend): Decision {
  return decideFor(request, balance, backend, NONE_FAILED);
}

/** The decision for a further one. @param failed positions, the one that failed just now among them */
export function balanceAgain(
  request: RequestState,
  balance: BalancePolicy,
  backend: LoadedBackend,
  failed: readonly number[],
): Decision {
  if (balance.kind === "quicker" && request.decision.kind !== "refuse") {
    observeAnswer(backend, request.decision.position, FAILED_SECONDS);
  }
  return decideFor(request, balance, backend, failed);
}

/** NGINX knows when each attempt's header came: `0.004`, or a list whose last item counts; `-` when none did. */
function lastSeconds(times: string): number {
  let last = times;
  for (let comma = last.indexOf(", "); comma >= 0; comma = last.indexOf(", ")) last = last.substring(comma + 2);
  return tonumber(last) ?? FAILED_SECONDS;
}

/** Learns from a request that is over how quickly its Endpoint answers. */
export function learnAnswerTime({ attempts, backend, decision }: RequestState): void {
  const times = ngx.var["upstream_header_time"];
  if (attempts === 0 || backend === undefined || decision.kind === "refuse" || times === undefined) return;
  observeAnswer(backend, decision.position, lastSeconds(times));
}
