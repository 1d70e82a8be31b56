import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Channel } from "./open-loop.ts";

const BUFFER_BYTES = 262_144;
const HEAD_END = "\r\n\r\n";

function nothing(): void {}

/** A keep-alive connection to a port of 127.0.0.1 that does as little as it can with a response. */
export class OpenLoopChannel implements Channel {
  readonly #port: number;
  readonly #request: Buffer;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #socket: Socket | undefined;
  /** What came of a head that is not whole. */
  #head = "";
  /** Bytes of the body that are missing; undefined before its head is whole. */
  #missing: number | undefined;
  #closes = false;
  #answered: () => void = nothing;
  #free: () => void = nothing;

  private constructor(port: number, request: string) {
    this.#port = port;
    this.#request = Buffer.from(request, "latin1");
  }

  /** @param request the bytes of a request without a body */
  static async open(port: number, request: string): Promise<OpenLoopChannel> {
    const channel = new OpenLoopChannel(port, request);
    await channel.#connect();
    return channel;
  }

  /** @throws Error, where nobody can catch it, for a response that is no success and for a connection that breaks */
  send(answered: () => void, free: () => void): void {
    this.#answered = answered;
    this.#free = free;
    this.#socket?.write(this.#request);
  }

  close(): void {
    this.#socket?.off("close", refuseClose).destroy();
  }

  async #connect(): Promise<void> {
    // Into one buffer, past the stream: a client that is slow itself measures itself.
    const callback = (bytes: number) => {
      this.#take(this.#buffer.subarray(0, bytes));
      return true;
    };
    const onread = { buffer: this.#buffer, callback };
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true, onread });
    await once(socket, "connect");
    this.#socket = socket.on("close", refuseClose);
  }

  #take(bytes: Buffer): void {
    if (this.#missing === undefined) this.#readHead(bytes.toString("latin1"));
    else this.#missing -= bytes.length;
    if (this.#missing === 0) this.#finish();
  }

  #readHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    if (!this.#head.startsWith("HTTP/1.1 200 ")) throw new Error(`a response is no success: ${this.#head}`);
    const head = this.#head.slice(0, end + 2);
    const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1]);
    this.#closes = /\r\nconnection: close\r\n/i.test(head);
    this.#missing = length - (this.#head.length - end - HEAD_END.length);
    this.#head = "";
  }

  #finish(): void {
    this.#missing = undefined;
    this.#answered();
    if (this.#closes) void this.#reconnect();
    else this.#free();
  }

  async #reconnect(): Promise<void> {
    this.close();
    await this.#connect();
    this.#free();
  }
}

function refuseClose(): void {
  throw new Error("a connection closed that was to be kept alive");
}
