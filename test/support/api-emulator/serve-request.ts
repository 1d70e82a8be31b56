import type { IncomingMessage, ServerResponse } from "node:http";
import { answerRequest, type RequestBody } from "./answer-request.ts";
import type { ApiContext } from "./api-context.ts";
import { BodyWriter } from "./body-writer.ts";
import { discoveryPage } from "./discovery.ts";
import type { Moment } from "./fault.ts";
import type { Line } from "./line.ts";
import { acceptWatch, openWatch } from "./open-watch.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { type Reply, refusalReply } from "./reply.ts";
import { parseRequest, type RequestInfo } from "./request-info.ts";
import type { LoggedRequest } from "./request-log.ts";
import { sendReply } from "./send-reply.ts";

/** One request on its way through the emulator. */
interface Exchange {
  readonly context: ApiContext;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: LoggedRequest;
  readonly line: Line;
}

interface ResourceExchange extends Exchange {
  readonly info: RequestInfo;
}

const HEALTH = new Set(["/healthz", "/livez", "/readyz"]);

function unauthorized({ context, request }: Exchange): Refusal | undefined {
  const tokens = context.tokens();
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (tokens === undefined || (scheme === "Bearer" && tokens.has(token ?? ""))) return undefined;
  return new Refusal(401, "the bearer token is missing or unknown");
}

function takesGzip({ context, request }: Exchange): boolean {
  return context.settings.gzip && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
}

function sendPlain(exchange: Exchange, reply: Reply): Promise<void> {
  const { context, entry, response, line } = exchange;
  context.log.answered(entry, reply.status);
  const body = new BodyWriter(response, line, undefined);
  return sendReply(response, reply, { body, gzip: takesGzip(exchange), cut: undefined });
}

/** Waits while a fault holds the request back, and breaks its connection if a fault says so. */
async function passes({ context, info, line, entry }: ResourceExchange, before: Moment): Promise<boolean> {
  const holding = context.faults.strike("hold", info, (action) => action.before === before);
  await holding?.released;
  const breaking = context.faults.strike("reset", info, (action) => action.before === before);
  if (breaking !== undefined) line.reset();
  return breaking === undefined && !entry.ended;
}

function serveWatch(exchange: ResourceExchange, body: BodyWriter): Promise<void> | undefined {
  const { context, info, response, entry } = exchange;
  const accepted = acceptWatch(context, info);
  if (accepted instanceof Refusal) return sendPlain(exchange, refusalReply(accepted));
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
  response.flushHeaders();
  context.log.answered(entry, 200);
  openWatch(context, info, accepted, response, body);
  return undefined;
}

async function serveResource(exchange: ResourceExchange, sent: RequestBody | Refusal): Promise<void> {
  const { context, info, response, entry, line } = exchange;
  const { faults } = context;
  if (!(await passes(exchange, "handling"))) return;
  const answer = faults.strike("answer", info);
  if (answer !== undefined) return sendPlain(exchange, refusalReply(answer.refusal, answer.retryAfter));
  if (sent instanceof Refusal) return sendPlain(exchange, refusalReply(sent));
  const body = new BodyWriter(response, line, faults.strike("trickle", info));
  if (info.verb === "watch") return serveWatch(exchange, body);
  const reply = answerRequest(context, info, sent);
  if (!(await passes(exchange, "answer"))) return;
  context.log.answered(entry, reply.status);
  await sendReply(response, reply, { body, gzip: takesGzip(exchange), cut: faults.strike("cut-body", info) });
}

function serveOther(exchange: Exchange, why: "not-allowed" | "not-served"): Promise<void> {
  const { path, method } = exchange.entry;
  const page = discoveryPage(path) ?? (HEALTH.has(path) ? "ok" : undefined);
  if (page !== undefined && method === "GET") return sendPlain(exchange, { status: 200, text: page });
  const refusal =
    why === "not-served" ? new Refusal(404, `${path} is not served`) : new Refusal(405, `no ${method} here`);
  return sendPlain(exchange, refusalReply(refusal));
}

/** Answers one request, or does to it what the faults want. */
export async function serveRequest(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  line: Line,
): Promise<void> {
  const target = new URL(request.url ?? "/", "http://emulator");
  const method = request.method ?? "GET";
  const parsed = parseRequest(method, target);
  const info = typeof parsed === "string" ? undefined : parsed;
  const userAgent = request.headers["user-agent"] ?? "";
  const connection = request.socket.remotePort ?? 0;
  const entry = context.log.add({ method, target, info, userAgent, connection });
  response.once("close", () => context.log.ended(entry));
  const sent = await readBody(request).catch(() => undefined);
  if (sent === undefined) return;
  if (!(sent instanceof Refusal)) entry.body = sent.value;
  const exchange = { context, request, response, entry, line };
  const refused = unauthorized(exchange);
  if (refused !== undefined) return sendPlain(exchange, refusalReply(refused));
  if (typeof parsed === "string") return serveOther(exchange, parsed);
  return serveResource({ ...exchange, info: parsed }, sent);
}
