import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  /** The first line of the body: which endpoint answered. */
  readonly firstLine: string;
  /** Values of the Set-Cookie headers. */
  readonly setCookies: readonly string[];
}

interface Head {
  readonly status: number;
  readonly contentLength: number;
  readonly closes: boolean;
  readonly setCookies: readonly string[];
}

function parseHead(text: string): Head {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const fieldOf = (name: string) => fields.find(([field]) => field === name)?.[1];
  const length = fieldOf("content-length");
  if (length === undefined) throw new Error(`the response has no Content-Length: ${statusLine}`);
  return {
    status: Number(statusLine.split(" ")[1]),
    contentLength: Number(length),
    closes: fieldOf("connection")?.toLowerCase() === "close",
    setCookies: fields.filter(([field]) => field === "set-cookie").map(([, value]) => value),
  };
}

/** Opens a connection to a port of 127.0.0.1. */
export type Dial = (port: number) => Promise<Socket>;

/** Where a client sends its requests, one at a time. */
export interface Connection {
  /**
   * Sends a request and waits for the whole response. Connects again where the other side has closed.
   * @param request the bytes of a request of HTTP/1.1 without a body
   * @throws Error when the connection breaks before the response is whole
   */
  send(request: string): Promise<Answer>;
  close(): void;
}

async function dialPlainly(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  return socket;
}

/** One client connection that is kept alive, with one request at a time on it. */
export class HttpConnection implements Connection {
  readonly #port: number;
  readonly #dial: Dial;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #isBroken = false;
  #wake: () => void = () => {};

  /** @param port on 127.0.0.1 */
  constructor(port: number, dial: Dial = dialPlainly) {
    this.#port = port;
    this.#dial = dial;
  }

  async send(request: string): Promise<Answer> {
    const socket = this.#socket ?? (await this.#connect());
    socket.write(request, "latin1");
    const head = parseHead(await this.#readHead());
    const body = await this.#read(head.contentLength);
    if (head.closes) this.close();
    const newline = body.indexOf("\n");
    return { status: head.status, firstLine: body.toString("latin1", 0, newline), setCookies: head.setCookies };
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connect(): Promise<Socket> {
    const socket = await this.#dial(this.#port);
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    this.#isBroken = false;
    socket.on("data", (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#isBroken = true;
      this.#wake();
    });
    return socket;
  }

  async #readHead(): Promise<string> {
    let end = this.#received.indexOf("\r\n\r\n");
    while (end < 0) {
      await this.#receive();
      end = this.#received.indexOf("\r\n\r\n");
    }
    const head = this.#received.toString("latin1", 0, end);
    this.#received = this.#received.subarray(end + 4);
    return head;
  }

  async #read(length: number): Promise<Buffer> {
    while (this.#received.length < length) await this.#receive();
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  #receive(): Promise<void> {
    if (this.#isBroken) throw new Error("the connection broke before the response was whole");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }
}
