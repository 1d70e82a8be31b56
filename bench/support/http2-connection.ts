import { once } from "node:events";
import http2 from "node:http2";
import type { Answer, Connection } from "./http-connection.ts";
import { dialTls } from "./tls.ts";

/** What HTTP/2 says in another way, or not at all (RFC 9113 §8.2.2). */
const NOT_SENT = ["host", "connection"];

/** The headers of HTTP/2 for the bytes of a request of HTTP/1.1. */
export function headersOf(request: string): http2.OutgoingHttpHeaders {
  const [line = "", ...lines] = request.trimEnd().split("\r\n");
  const fields = lines.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
  });
  const host = fields.find(([name]) => name === "host")?.[1] ?? "";
  const rest = Object.fromEntries(fields.filter(([name]) => !NOT_SENT.includes(name)));
  return { ":path": line.split(" ")[1] ?? "/", ":scheme": "https", ":authority": host, ...rest };
}

/** One client connection of HTTP/2 over TLS that is kept alive, with one request at a time on it. */
export class Http2Connection implements Connection {
  readonly #port: number;
  #session: http2.ClientHttp2Session | undefined;

  /** @param port on 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
  }

  async send(request: string): Promise<Answer> {
    const session = this.#session ?? (await this.#connect());
    const stream = session.request(headersOf(request), { endStream: true });
    const body: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => body.push(chunk));
    const ended = once(stream, "end");
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    await ended;
    const text = Buffer.concat(body).toString("latin1");
    return {
      status: headers[":status"] ?? 0,
      firstLine: text.slice(0, text.indexOf("\n")),
      setCookies: headers["set-cookie"] ?? [],
    };
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  async #connect(): Promise<http2.ClientHttp2Session> {
    const socket = await dialTls(this.#port, { ALPNProtocols: ["h2"] });
    const session = http2.connect("https://127.0.0.1", { createConnection: () => socket });
    // A proxy may close a connection after so many requests; the next one goes on another.
    session.on("goaway", () => (this.#session = undefined));
    session.on("close", () => (this.#session = undefined));
    this.#session = session;
    return session;
  }
}
