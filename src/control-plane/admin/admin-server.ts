import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { ExplainedRequest, Explanation } from "../explain/explanation.ts";
import { listen } from "../http/listen.ts";
import type { Exposition } from "../metrics/expose.ts";
import type { Problem } from "../problems/problem.ts";
import type { DescribedSnapshot } from "./describe-snapshot.ts";
import { indexPage } from "./index-page.ts";
import { readExplainQuery } from "./read-explain-query.ts";

/** Whether something holds, why, and the facts behind it. */
export interface HealthView {
  readonly ok: boolean;
  /** One sentence. */
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the admin server shows; it asks anew for each request. */
export interface AdminView {
  readonly health: () => HealthView;
  readonly readiness: () => HealthView;
  readonly snapshot: () => DescribedSnapshot;
  readonly problems: () => readonly Problem[];
  readonly explain: (request: ExplainedRequest, seed: number | undefined) => Explanation;
  /** @param accept the request's Accept header */
  readonly metrics: (accept: string | undefined) => Promise<Exposition>;
}

interface Reply {
  readonly status: number;
  /** The media type. */
  readonly type: string;
  /** In pieces where it is long. */
  readonly body: string | AsyncIterable<string>;
}

type Handler = (view: AdminView, query: URLSearchParams, request: IncomingMessage) => Reply | Promise<Reply>;

function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

function healthReply(health: HealthView, query: URLSearchParams): Reply {
  const status = health.ok ? 200 : 503;
  if (query.has("verbose")) return json(status, { ok: health.ok, reason: health.reason, ...health.details });
  return { status, type: "text/plain; charset=utf-8", body: `${health.reason}\n` };
}

function explainReply(view: AdminView, query: URLSearchParams): Reply {
  const asked = readExplainQuery(query);
  if (!asked.ok) return json(400, { error: asked.error });
  return json(200, view.explain(asked.request, asked.seed));
}

async function metricsReply(view: AdminView, _: URLSearchParams, request: IncomingMessage): Promise<Reply> {
  const { contentType, body } = await view.metrics(request.headers.accept);
  return { status: 200, type: contentType, body };
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["/", () => ({ status: 200, type: "text/html; charset=utf-8", body: indexPage() })],
  ["/healthz", (view, query) => healthReply(view.health(), query)],
  ["/readyz", (view, query) => healthReply(view.readiness(), query)],
  ["/metrics", metricsReply],
  ["/api/v1/snapshot", (view) => json(200, view.snapshot())],
  ["/api/v1/problems", (view) => json(200, { problems: view.problems() })],
  ["/api/v1/explain", explainReply],
]);

async function replyTo(request: IncomingMessage, view: AdminView): Promise<Reply> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return json(405, { error: "only GET and HEAD are answered" });
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  const handler = HANDLERS.get(mark < 0 ? target : target.substring(0, mark));
  if (handler === undefined) return json(404, { error: "nothing here; / lists what there is" });
  return handler(view, new URLSearchParams(mark < 0 ? "" : target.substring(mark + 1)), request);
}

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  const { body } = reply;
  response.writeHead(reply.status, {
    "Content-Type": reply.type,
    ...(typeof body === "string" ? { "Content-Length": Buffer.byteLength(body) } : {}),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    ...(reply.status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
  if (typeof body === "string") response.end(body);
  else if (response.req.method === "HEAD") response.end();
  else await pipeline(body, response).catch((error: Error) => response.destroy(error));
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): Error {
  const where = `The admin port ${address}:${port}`;
  if (error.code === "EADDRINUSE") return new Error(`${where} is taken: choose another with --admin-port.`);
  if (error.code === "EACCES")
    return new Error(`${where} may not be used by this user: choose one above 1023 with --admin-port.`);
  if (error.code === "EADDRNOTAVAIL")
    return new Error(`${where} is not of this machine: choose another with --admin-address.`);
  return new Error(`${where} cannot be used: ${error.message}.`);
}

/** Health, readiness and the read-only API, over plain HTTP. Nothing secret is shown, nothing can be changed. */
export class AdminServer {
  readonly #server: Server;
  readonly #failed: (error: Error) => void;

  /** @param failed told of every request that met a bug; its client gets a 500 */
  constructor(view: AdminView, failed: (error: Error) => void) {
    this.#failed = failed;
    this.#server = createServer((request, response) => this.#answer(request, response, view));
  }

  /**
   * Listens; gives the port, which is the one asked for unless that was 0.
   *
   * @throws Error with one sentence for the operator when the port cannot be had
   */
  listen(address: string, port: number): Promise<number> {
    return listen(this.#server, { host: address, port }, (error) => listenError(error, address, port));
  }

  /** Ends at once: open requests are cut off. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  #answer(request: IncomingMessage, response: ServerResponse, view: AdminView): void {
    request.resume();
    replyTo(request, view).then(
      (reply) => send(response, reply),
      (error: Error) => {
        this.#failed(error);
        send(response, json(500, { error: "a bug in Limpet; its log says more" }));
      },
    );
  }
}
