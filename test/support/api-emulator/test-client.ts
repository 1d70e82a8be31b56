import assert from "node:assert/strict";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { ApiObject, JsonObject } from "./api-object.ts";
import { type Opened, openHttp1, openHttp2 } from "./opened.ts";

/** An API server, the emulator or a real one, and who asks it. */
export interface ApiTarget {
  readonly url: string;
  /** PEM; undefined without TLS. */
  readonly authority?: string | undefined;
  readonly token?: string;
  /** It is asked over HTTP/2; else over HTTP/1.1. */
  readonly http2?: boolean;
}

/** What comes back, with nothing hidden. */
export interface ApiReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Every byte that came. */
  readonly bytes: Buffer;
  /** The answer ended before its stated end. */
  readonly aborted: boolean;
  /** @throws SyntaxError when the body is no JSON */
  readonly json: () => JsonObject;
}

export interface ApiRequest {
  readonly headers?: OutgoingHttpHeaders;
  readonly mediaType?: string;
  readonly body?: unknown;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: ApiObject;
}

function open(api: ApiTarget, method: string, path: string, sent: ApiRequest): Promise<Opened> {
  const { body, mediaType = "application/json" } = sent;
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = body === undefined ? {} : { "content-type": mediaType, "content-length": Buffer.byteLength(text) };
  const who = api.token === undefined ? {} : { authorization: `Bearer ${api.token}` };
  const headers = { ...type, ...who, ...sent.headers };
  const opening = { method, url: new URL(`${api.url}${path}`), headers, text, authority: api.authority };
  return api.http2 ? openHttp2(opening) : openHttp1(opening);
}

/** @throws Error when the connection fails before the head of the answer */
export async function call(api: ApiTarget, method: string, path: string, sent: ApiRequest = {}): Promise<ApiReply> {
  const { status, headers, body, complete } = await open(api, method, path, sent);
  const chunks: Buffer[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  body.on("data", (chunk: Buffer) => chunks.push(chunk));
  body.on("error", () => {});
  body.on("close", resolve);
  await closed;
  const bytes = Buffer.concat(chunks);
  return { status, headers, bytes, aborted: !complete(), json: () => JSON.parse(bytes.toString()) };
}

/** A watch that is read line by line. */
export class TestWatch {
  readonly status: number;
  /** What came after the last whole line. */
  rest = "";
  /** Resolves when the answer is over: true when it ended in good order. */
  readonly over: Promise<boolean>;
  readonly #body: Readable;
  readonly #lines: string[] = [];
  #waiting: (() => void) | undefined;

  constructor({ status, body, complete }: Opened) {
    this.#body = body;
    this.status = status;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.over = promise;
    body.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    body.on("error", () => {});
    body.on("close", () => resolve(complete()));
  }

  static async open(api: ApiTarget, path: string, sent: ApiRequest = {}): Promise<TestWatch> {
    return new TestWatch(await open(api, "GET", path, sent));
  }

  /** Whole lines that came and were not taken yet. */
  get waiting(): number {
    return this.#lines.length;
  }

  /** The next event. @throws when the watch ends first */
  async next(): Promise<WatchEvent> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = resolve;
    if (this.#lines.length === 0) await Promise.race([promise, this.over]);
    const line = this.#lines.shift();
    assert.ok(line !== undefined, "the watch ended");
    return JSON.parse(line) as WatchEvent;
  }

  /** The next events as `TYPE name`. */
  async names(count: number): Promise<string[]> {
    const names: string[] = [];
    while (names.length < count) {
      const { type, object } = await this.next();
      names.push(`${type} ${object.metadata.name}`);
    }
    return names;
  }

  close(): void {
    this.#body.destroy();
  }

  #read(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    this.#lines.push(...lines);
    if (lines.length > 0) this.#waiting?.();
  }
}

export const INGRESSES = "/apis/networking.k8s.io/v1/ingresses";
export const WEB = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

/** An Ingress as small as can be. */
export function ingressNamed(name: string, more: JsonObject = {}): JsonObject & { readonly metadata: JsonObject } {
  const metadata = { name, ...(more["metadata"] as JsonObject | undefined) };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", spec: {}, ...more, metadata };
}

/** Names of the items of a list. */
export function namesOf(reply: ApiReply): unknown[] {
  return (reply.json()["items"] as ApiObject[]).map((item) => item.metadata.name);
}
