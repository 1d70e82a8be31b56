import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { setTimeout as pause } from "node:timers/promises";
import { answerOf, cookieIn, message, openCall } from "./grpc.ts";

/** Milliseconds between an answer and the next message. */
const BREATH = 10;

/** A call over a bidirectional stream that goes on and on: each message is sent once the one before it has come back. */
export class Conversation {
  /** Who is at the other end. */
  endpoint = "";
  /** The affinity cookie that the call was answered with. */
  cookie = "";
  /** Messages that came back as they were sent. */
  exchanged = 0;
  /** Why it is over; empty: it goes on. */
  fault = "";
  readonly #stream: ClientHttp2Stream;
  readonly #talk: Promise<void>;
  #next = Promise.withResolvers<void>();
  #stopped = false;

  private constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    this.#talk = this.#run();
  }

  /** Opens it by a message: over TLS NGINX 1.22 keeps the headers of an answer back until something follows them. */
  static async open(session: ClientHttp2Session, host: string): Promise<Conversation> {
    const stream = openCall(session, host);
    const answer = answerOf(stream);
    const conversation = new Conversation(stream);
    const headers = await answer;
    conversation.endpoint = String(headers["x-endpoint"]);
    conversation.cookie = cookieIn(headers);
    return conversation;
  }

  /** Resolves when a message comes back; rejects when the stream is over. */
  heard(): Promise<void> {
    return this.fault === "" ? this.#next.promise : Promise.reject(new Error(this.fault));
  }

  /** Resolves when it is over; it may have heard what was under way then. */
  over(): Promise<void> {
    return this.#talk;
  }

  /** Says goodbye. @returns gRPC's status */
  async end(): Promise<unknown> {
    this.#stopped = true;
    await this.#talk;
    const trailers = once(this.#stream, "trailers") as Promise<[IncomingHttpHeaders]>;
    this.#stream.end();
    return (await trailers)[0]["grpc-status"];
  }

  async #run(): Promise<void> {
    // Whoever waits hears of it; nobody needs to.
    this.#stream.on("error", () => {});
    this.#next.promise.catch(() => {});
    const closed = once(this.#stream, "close").then(() => Promise.reject(new Error("the stream was closed")));
    closed.catch(() => {});
    try {
      while (!this.#stopped) {
        await Promise.race([this.#exchange(), closed]);
        await pause(BREATH);
      }
    } catch (error) {
      this.fault = `${error}, after ${this.exchanged} messages`;
      this.#next.reject(new Error(this.fault));
    }
  }

  async #exchange(): Promise<void> {
    const sent = message(`message ${this.exchanged}`);
    this.#stream.write(sent);
    const back = await this.#read(sent.length);
    if (!back.equals(sent)) throw new Error(`${back} came back`);
    this.exchanged++;
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
    this.#next.promise.catch(() => {});
  }

  /** A message may come in pieces. */
  async #read(length: number): Promise<Buffer> {
    let read = Buffer.alloc(0);
    while (read.length < length) {
      const [chunk] = (await once(this.#stream, "data")) as [Buffer];
      read = Buffer.concat([read, chunk]);
    }
    return read;
  }
}

/** How many of them are over. Waits until each of the others has heard something once more. */
export async function countOver(conversations: readonly Conversation[]): Promise<number> {
  const heard = await Promise.allSettled(conversations.map((conversation) => conversation.heard()));
  return heard.filter(({ status }) => status === "rejected").length;
}
