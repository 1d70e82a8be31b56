import http from "node:http";

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Every Set-Cookie line. */
  readonly setCookies: readonly string[];
  readonly body: string;
  /** The X-Endpoint header: which endpoint answered. */
  readonly endpoint: string;
}

export interface RequestOptions {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
  /** A `name=value` to send. */
  readonly cookie?: string;
  readonly agent?: http.Agent;
  /** The address that the request comes from, of 127.0.0.0/8: each is a client of its own. */
  readonly from?: string;
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A response with its whole body. */
export async function readReply(response: http.IncomingMessage): Promise<Reply> {
  const body = await readAll(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    setCookies: response.headers["set-cookie"] ?? [],
    body,
    endpoint: String(response.headers["x-endpoint"] ?? ""),
  };
}

/** One request to a port of 127.0.0.1. Rejects when the connection fails or is reset. */
export function send(port: number, options: RequestOptions = {}): Promise<Reply> {
  const headers: http.OutgoingHttpHeaders = { host: options.host ?? "any.test", ...options.headers };
  if (options.cookie !== undefined) headers["cookie"] = options.cookie;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: "127.0.0.1",
        port,
        path: options.path ?? "/",
        method: options.method ?? "GET",
        headers,
        agent: options.agent ?? false,
        ...(options.from === undefined ? {} : { localAddress: options.from }),
      },
      (response) => {
        readReply(response).then(resolve, reject);
      },
    );
    request.on("error", reject);
    request.end(options.body);
  });
}

/** The `name=value` of a reply's only Set-Cookie. */
export function cookieOf(reply: Reply): string {
  const line = reply.setCookies[0];
  if (line === undefined || reply.setCookies.length !== 1) {
    throw new Error(`expected one Set-Cookie, got ${JSON.stringify(reply.setCookies)}`);
  }
  return line.slice(0, line.indexOf(";"));
}
