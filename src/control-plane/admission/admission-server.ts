import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Logger } from "pino";
import type { CertifiedKey } from "../certificates/self-signed.ts";
import { listen } from "../http/listen.ts";
import { answerOf, readReview, refusalMessage } from "./admission-review.ts";
import type { Judgement } from "./judge.ts";
import { readBody } from "./read-body.ts";

/** Where the API server asks (ingress-nginx's path). */
export const ADMISSION_PATH = "/networking/v1/ingresses";

export interface AdmissionServerOptions {
  /** Judges an Ingress; undefined: not yet, as too little is known of the others. */
  readonly judge: (ingress: object) => Judgement | undefined;
  readonly log: Logger;
}

interface Reply {
  readonly status: number;
  /** Sent as JSON, or as a line of text. */
  readonly body: object | string;
}

/** Milliseconds that a client has to send a request. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Milliseconds at the end for questions that are being answered. */
const LAST_ANSWERS_MS = 1000;

function listenError(error: NodeJS.ErrnoException, where: string): Error {
  const place = `The address ${where} of --validating-webhook`;
  if (error.code === "EADDRINUSE") return new Error(`${place} is taken: choose another port.`);
  if (error.code === "EACCES") return new Error(`${place} may not be used by this user: choose a port above 1023.`);
  if (error.code === "EADDRNOTAVAIL") return new Error(`${place} is not of this machine: choose another address.`);
  return new Error(`${place} cannot be used: ${error.message}.`);
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const text = typeof body === "string" ? `${body}\n` : JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...(status === 405 && { Allow: "POST" }),
  });
  if (response.req.complete) {
    response.end(text);
    return;
  }
  // What is left of a body is read and forgotten, for as long as a request may take: a connection that is closed before
  // costs the client the answer.
  response.write(text);
  response.req.once("close", () => response.end()).resume();
}

/** Answers the API server's questions about Ingresses, over HTTPS; its certificate may come later, and be replaced. */
export class AdmissionServer {
  readonly #options: AdmissionServerOptions;
  readonly #server: Server;

  constructor(options: AdmissionServerOptions) {
    this.#options = options;
    const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer({ ...timeouts, minVersion: "TLSv1.2" }, (request, response) => {
      void this.#handle(request, response);
    });
    // Somebody without a reason to trust the certificate, or who speaks no TLS.
    this.#server.on("tlsClientError", (error) =>
      options.log.debug({ failure: error.message }, "no TLS on the webhook"),
    );
  }

  /** @throws Error when key and certificate do not belong together or cannot be read; those of before stay then */
  use({ key, certificate }: CertifiedKey): void {
    this.#server.setSecureContext({ key, cert: certificate, minVersion: "TLSv1.2" });
  }

  /**
   * Listens; gives the port, which is the one asked for unless that was 0.
   *
   * @param address every one when undefined
   * @throws Error with one sentence for the operator when the port cannot be had
   */
  listen(address: string | undefined, port: number): Promise<number> {
    const where = address === undefined ? { port } : { host: address, port };
    return listen(this.#server, where, (error) => listenError(error, `${address ?? ""}:${port}`));
  }

  /** Ends; what is being answered has a moment for it. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), LAST_ANSWERS_MS);
    await promise;
    clearTimeout(cutOff);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.#reply(request));
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      this.#options.log.error({ err: error }, "a bug: an Ingress could not be judged");
      send(response, { status: 500, body: "a bug in Limpet; its log says more" });
    }
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const path = (request.url ?? "/").split("?", 1)[0];
    if (path !== ADMISSION_PATH) return { status: 404, body: `nothing here; AdmissionReviews go to ${ADMISSION_PATH}` };
    if (request.method !== "POST") return { status: 405, body: "only POST is answered" };
    const body = await readBody(request);
    if (body === undefined) return { status: 413, body: "the AdmissionReview is 9 MiB or more" };
    return this.#answer(body);
  }

  #answer(body: string): Reply {
    const { log, judge } = this.#options;
    const question = readReview(body);
    if ("why" in question) return { status: question.status, body: question.why };
    const { uid, name, operation, object } = question;
    const judgement = object === undefined ? { refused: [], warned: [] } : judge(object);
    if (judgement === undefined) return { status: 503, body: "the Ingresses of the cluster are not read yet" };
    const { refused } = judgement;
    if (refused.length > 0)
      log.info({ ingress: name, operation, why: refusalMessage(refused) }, "an Ingress was refused");
    return { status: 200, body: answerOf(uid, judgement) };
  }
}
