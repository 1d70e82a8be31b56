import { type Address, string as bytesAt, C, cast, cdef, new as make, type Polled } from "ffi";

cdef(`
typedef struct { int file; short events, returned; } limpet_polled;
typedef struct { uint16_t family, port; uint32_t address; char zero[8]; } limpet_address;
int socket(int domain, int type, int protocol);
int connect(int file, const limpet_address *address, unsigned int length);
int setsockopt(int file, int level, int name, const void *value, unsigned int length);
uint16_t htons(uint16_t port);
int poll(limpet_polled *files, unsigned long count, int milliseconds);
ssize_t send(int file, const void *bytes, size_t length, int flags);
ssize_t recv(int file, void *into, size_t length, int flags);
void *memmem(const void *bytes, size_t length, const void *what, size_t what_length);
int close(int file);
`);

/** Linux's numbers: AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, POLLIN, MSG_NOSIGNAL. */
const [INET, STREAM, TCP, NO_DELAY, READABLE, NO_SIGNAL] = [2, 1, 6, 1, 1, 0x4000];
const ADDRESS_BYTES = 16;
/** 127.0.0.1, as it lies in memory. */
const LOOPBACK = 0x0100007f;

const BUFFER_BYTES = 262_144;
const HEAD_END = "\r\n\r\n";

const buffer: object = make("char[?]", BUFFER_BYTES);
const one: Record<number, number> = make("int[1]");
one[0] = 1;

/** What a head says of the bytes behind it. */
interface Head {
  /** Of the body, in bytes. */
  readonly length: number;
  /** Whether the connection ends with this response. */
  readonly closes: boolean;
}

/** Heads that were read before: they are the same within a second. */
let heads: Record<string, Head | undefined> = {};
let headCount = 0;
const MOST_HEADS = 10_000;

function parse(text: string): Head {
  if (text.substring(0, 13) !== "HTTP/1.1 200 ") throw new Error(`a response is no success: ${text}`);
  const lower = text.toLowerCase();
  const length = tonumber(string.match(lower, "\r\ncontent%-length: (%d+)\r\n"));
  if (length === undefined) throw new Error(`a response does not say its length: ${text}`);
  return { length, closes: string.match(lower, "\r\nconnection: (close)\r\n") !== undefined };
}

function headOf(text: string): Head {
  const known = heads[text];
  if (known !== undefined) return known;
  if (headCount === MOST_HEADS) {
    heads = {};
    headCount = 0;
  }
  const head = parse(text);
  heads[text] = head;
  headCount++;
  return head;
}

/** Keep-alive connections to a port of 127.0.0.1 that do as little as they can with a response. */
export class Connections {
  private readonly port: number;
  private readonly requests: readonly string[];
  private readonly polled: Record<number, Polled>;
  /** Bytes of a body that are missing, of each; below 0: no head yet. */
  private readonly missing: number[] = [];
  private readonly closes: boolean[] = [];

  /**
   * @param requests the bytes of each connection's request, without a body
   * @throws when nobody listens
   */
  constructor(port: number, requests: readonly string[]) {
    this.port = port;
    this.requests = requests;
    this.polled = make("limpet_polled[?]", requests.length);
    for (let i = 0; i < requests.length; i++) {
      this.missing.push(-1);
      this.closes.push(false);
      this.open(i);
    }
  }

  send(connection: number): void {
    const request = this.requests[connection] as string;
    const sent = tonumber(C.send((this.polled[connection] as Polled).file, request, request.length, NO_SIGNAL));
    if (sent !== request.length) throw new Error("a request could not be sent");
  }

  /**
   * Reads what has come, without waiting.
   * @param answered called with the number of each connection whose response is whole
   * @throws for a response that is no success, and for a connection that breaks
   */
  read(answered: (this: void, connection: number) => void): void {
    if (C.poll(this.polled, this.requests.length, 0) <= 0) return;
    for (let i = 0; i < this.requests.length; i++) {
      if ((this.polled[i] as Polled).returned !== 0 && this.take(i)) {
        if (this.closes[i] === true) this.reopen(i);
        answered(i);
      }
    }
  }

  private open(connection: number): void {
    const address: Address = make("limpet_address");
    address.family = INET;
    address.port = C.htons(this.port);
    address.address = LOOPBACK;
    const file = C.socket(INET, STREAM, 0);
    if (file < 0 || C.connect(file, address, ADDRESS_BYTES) !== 0) throw new Error(`nobody listens on ${this.port}`);
    C.setsockopt(file, TCP, NO_DELAY, one, 4);
    const polled = this.polled[connection] as Polled;
    polled.file = file;
    polled.events = READABLE;
  }

  private reopen(connection: number): void {
    C.close((this.polled[connection] as Polled).file);
    this.open(connection);
  }

  /** Whether the response is whole. */
  private take(connection: number): boolean {
    const length = tonumber(C.recv((this.polled[connection] as Polled).file, buffer, BUFFER_BYTES, 0)) ?? 0;
    if (length <= 0) throw new Error("a connection closed that was to be kept alive");
    const missing = this.missing[connection] as number;
    const left = missing < 0 ? this.takeHead(connection, length) : missing - length;
    this.missing[connection] = left === 0 ? -1 : left;
    return left === 0;
  }

  /** Bytes that are missing behind a head and what came with it. */
  private takeHead(connection: number, length: number): number {
    const end = C.memmem(buffer, length, HEAD_END, HEAD_END.length);
    if (end === undefined) throw new Error("a response's head came in pieces");
    const headLength = (tonumber(cast("intptr_t", end)) as number) - (tonumber(cast("intptr_t", buffer)) as number);
    const head = headOf(bytesAt(buffer, headLength + 2));
    this.closes[connection] = head.closes;
    return head.length - (length - headLength - HEAD_END.length);
  }
}
