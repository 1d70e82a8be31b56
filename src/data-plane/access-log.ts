import { new as newBuffer } from "string.buffer";
import type { Decision } from "../affinity/decision.ts";
import { type Access, attemptJson, escapeJson, putJson, putText } from "./access-line.ts";
import { answered } from "./answered.ts";
import { logTime } from "./log-time.ts";
import { now, readVariable, requestMethod, responseStatus, startTime, writeVariable } from "./nginx-values.ts";
import { arePlain } from "./plain-text.ts";
import { interceptedStatus, type RequestState } from "./request.ts";
import { itemAt } from "./upstream-list.ts";

/** NGINX's status for a client that closed the connection. */
const CLIENT_WENT_AWAY = 499;

type Format = "json" | "text";

let format: Format | undefined;

/** Switches the access log on, from nginx.conf. */
export function openAccessLog(name: Format): void {
  format = name;
}

/**
 * The line, in memory that is used again and again. As a string it would be interned: LuaJIT hashes a string of 128 bytes and
 * more by a few of them, and lines that differ elsewhere are all compared with each other, at several times a request's cost.
 */
const line = newBuffer();

function variable(name: string): string {
  return readVariable(name) ?? "";
}

/** NGINX writes what it knows of several attempts as a list: `a, b`, with ` : ` where it went elsewhere in between. */
function listed(name: string): string {
  const [list] = string.gsub(variable(name), " : ", ", ");
  return list;
}

/** More than these are not shown. */
const MOST_SHOWN = 100;

/** @param count of Peers: an attempt that was given up before it had one stands in NGINX's list too */
function manyAttempts(count: number): string {
  const addresses = listed("upstream_addr");
  const statuses = listed("upstream_status");
  const times = listed("upstream_response_time");
  let list = "";
  for (let i = 0; i < count && itemAt(addresses, i) !== ""; i++) {
    const attempt = attemptJson(itemAt(addresses, i), itemAt(statuses, i), itemAt(times, i));
    list = list === "" ? attempt : `${list},${attempt}`;
  }
  return `[${list}]`;
}

/** As JSON; empty when there was one, which gave the response: nearly every request, whose time is known without NGINX's variables. */
function attempts(request: RequestState | undefined, endpoint: string, status: number): string {
  if (request === undefined || request.attempts === 0) return "[]";
  // A default backend's attempts come behind those that it answers for.
  if (interceptedStatus(request) !== 0) return manyAttempts(MOST_SHOWN);
  if (request.attempts > 1) return manyAttempts(request.attempts);
  if (status === CLIENT_WENT_AWAY) {
    return `[${attemptJson(endpoint, variable("upstream_status"), variable("upstream_response_time"))}]`;
  }
  return "";
}

/** The Endpoint of the last attempt, as `address:port`. */
function endpointOf(request: RequestState | undefined): string {
  if (request === undefined || request.attempts === 0 || request.decision.kind === "refuse") return "";
  return request.backend?.names[request.decision.position] ?? "";
}

function outcomeOf(decision: Decision | undefined): string {
  return decision === undefined ? "none" : decision.kind;
}

function escaped(access: Access): Access {
  return {
    ...access,
    requestId: escapeJson(access.requestId),
    method: escapeJson(access.method),
    host: escapeJson(access.host),
    path: escapeJson(access.path),
  };
}

function collect(request: RequestState | undefined): Access {
  const status = responseStatus();
  const endedAt = now();
  const endpoint = endpointOf(request);
  return {
    time: logTime(endedAt),
    requestId: variable("limpet_request_id"),
    remoteAddress: variable("remote_addr"),
    method: requestMethod(),
    host: request?.host ?? variable("host"),
    path: request?.path ?? variable("uri"),
    protocol: variable("server_protocol"),
    status,
    bytes: variable("bytes_sent"),
    duration: endedAt - startTime(),
    ingress: request?.route?.tally.ingress ?? "",
    service: request?.route?.tally.service ?? "",
    endpoint: answered(status) ? endpoint : "",
    attempts: attempts(request, endpoint, status),
    asked: endpoint,
    seconds: endedAt - (request?.sentAt ?? endedAt),
    affinity: outcomeOf(request?.decision),
    reason: request?.decision.reason ?? "",
    canary: request?.route?.isCanary === true,
  };
}

/** Leaves the line where NGINX's own, buffered log picks it up. */
export function logAccess(request: RequestState | undefined): void {
  if (format === undefined) return;
  const asCame = collect(request);
  const access = arePlain(asCame.requestId, asCame.method, asCame.host, asCame.path) ? asCame : escaped(asCame);
  line.reset();
  if (format === "text") putText(line, access);
  else putJson(line, access);
  writeVariable("limpet_access_line", line);
}
