import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import packet, { type Answer, type Packet, type Question } from "dns-packet";

interface Found {
  readonly addresses: readonly string[];
  /** Seconds. */
  readonly ttl: number;
  /** What a CNAME in front of them leads to. */
  readonly alias?: { readonly name: string; readonly ttl: number };
}

interface Failure {
  readonly failure: "NXDOMAIN" | "NODATA" | "SERVFAIL" | "REFUSED" | "SILENCE";
}

/** What the server says of one name and type. */
export type FakeAnswer = Found | Failure;

/** RFC 1035 section 4.1.1. */
const RESPONSE_CODES = { NODATA: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5, SILENCE: 0 } as const;

/** A small DNS server on loopback, over UDP, for tests: it says what it is told to, and counts what it is asked. */
export class FakeDnsServer {
  /** By `A name` and `AAAA name`; what stands nowhere is NXDOMAIN. */
  readonly answers = new Map<string, FakeAnswer>();
  /** Every question so far, as the keys of `answers`. */
  readonly asked: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (message, from) => {
      const reply = this.#reply(packet.decode(message));
      if (reply !== undefined) socket.send(packet.encode(reply), from.port, from.address);
    });
  }

  static async start(): Promise<FakeDnsServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new FakeDnsServer(socket);
  }

  /** As `--dns-servers` takes it. */
  get address(): string {
    return `127.0.0.1:${(this.#socket.address() as AddressInfo).port}`;
  }

  /** Says what a name leads to, IPv4 and IPv6 by their looks. @param ttl seconds */
  tell(name: string, addresses: readonly string[], ttl = 60): void {
    this.answers.set(`A ${name}`, { addresses: addresses.filter((address) => !address.includes(":")), ttl });
    this.answers.set(`AAAA ${name}`, { addresses: addresses.filter((address) => address.includes(":")), ttl });
  }

  fail(name: string, failure: Failure["failure"]): void {
    this.answers.set(`A ${name}`, { failure });
    this.answers.set(`AAAA ${name}`, { failure });
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #reply(query: Packet): Packet | undefined {
    const question = query.questions?.[0];
    if (question === undefined) return undefined;
    const key = `${question.type} ${question.name.toLowerCase()}`;
    this.asked.push(key);
    const answer = this.answers.get(key) ?? { failure: "NXDOMAIN" };
    if ("failure" in answer && answer.failure === "SILENCE") return undefined;
    const code = "failure" in answer ? RESPONSE_CODES[answer.failure] : 0;
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | code;
    const answers = "failure" in answer ? [] : records(question, answer);
    return { type: "response", id: query.id ?? 0, flags, questions: [question], answers };
  }
}

function records({ name, type }: Question, { addresses, ttl, alias }: Found): Answer[] {
  const owner = alias?.name ?? name;
  const found = addresses.map((data): Answer => ({ type: type as "A", name: owner, ttl, data }));
  return alias === undefined ? found : [{ type: "CNAME", name, ttl: alias.ttl, data: alias.name }, ...found];
}
