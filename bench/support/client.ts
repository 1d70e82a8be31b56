import { COOKIE_NAME, type Subject } from "../subjects/subject.ts";
import type { Workload } from "../workload.ts";
import { BODY_PATHS, type BodySize } from "./endpoints.ts";
import type { Answer, Connection } from "./http-connection.ts";
import { type RequestShape, requestHeaders, requestText } from "./requests.ts";
import { connectionOf } from "./transport.ts";

export interface ClientOptions {
  readonly subject: Subject;
  readonly workload: Workload;
  readonly port: number;
  readonly body: BodySize;
  readonly request: RequestShape;
}

/** As long as Limpet's own cookie value, for a proxy that hashes whatever a client sends. */
const INVENTED_LENGTH = 27;

function inventedCookie(number: number): string {
  return `${COOKIE_NAME}=${`client-${number}.`.padEnd(INVENTED_LENGTH, "x")}`;
}

/** How many Set-Cookie headers each response must have. */
function expectedSetCookies({ subject, workload }: ClientOptions): number {
  return subject.issuesCookies && workload.affinity !== "none" && !workload.sendsCookie ? 1 : 0;
}

/** One client on one connection: it gets its cookie, then checks that every response is what its workload expects. */
export class Client {
  readonly #options: ClientOptions;
  readonly #connection: Connection;
  readonly #setCookies: number;
  #headers: readonly string[];
  #request: string;
  #endpoint = "";

  private constructor(options: ClientOptions) {
    this.#options = options;
    this.#connection = connectionOf(options.workload.transport, options.port);
    this.#setCookies = expectedSetCookies(options);
    this.#headers = requestHeaders(options.request, undefined);
    this.#request = requestText(BODY_PATHS[options.body], this.#headers);
  }

  /**
   * Opens a client and, where its workload sends a cookie, gets it one.
   * @param number tells this client from the others
   * @throws Error when the proxy issues no cookie and should
   */
  static async open(options: ClientOptions, number: number): Promise<Client> {
    const client = new Client(options);
    if (!options.workload.sendsCookie) return client;
    const cookie = options.subject.issuesCookies ? await client.#obtainCookie() : inventedCookie(number);
    client.#headers = requestHeaders(options.request, cookie);
    client.#request = requestText(BODY_PATHS[options.body], client.#headers);
    client.#endpoint = (await client.#connection.send(client.#request)).firstLine;
    return client;
  }

  /** The header lines of this client's requests, its cookie among them. */
  get headers(): readonly string[] {
    return this.#headers;
  }

  /**
   * Sends one request and waits for the response.
   * @throws Error when the response is not what the workload expects
   */
  async send(): Promise<void> {
    const fault = this.#faultOf(await this.#connection.send(this.#request));
    const { subject, workload } = this.#options;
    if (fault !== undefined) throw new Error(`${subject.name}, ${workload.name}: ${fault}`);
  }

  close(): void {
    this.#connection.close();
  }

  async #obtainCookie(): Promise<string> {
    const { status, setCookies } = await this.#connection.send(this.#request);
    const cookie = setCookies[0]?.split(";")[0];
    if (status === 200 && cookie?.startsWith(`${COOKIE_NAME}=`)) return cookie;
    throw new Error(`${this.#options.subject.name} answers ${status} and issues no cookie to a first request`);
  }

  #faultOf({ status, setCookies, firstLine }: Answer): string | undefined {
    if (status !== 200) return `a response has status ${status}`;
    if (setCookies.length !== this.#setCookies) return `a response has ${setCookies.length} Set-Cookie headers`;
    if (this.#endpoint === "" || firstLine === this.#endpoint) return undefined;
    return `a client was moved from ${this.#endpoint} to ${firstLine}`;
  }
}

/** Opens several clients, one after another, so that each start is the same. */
export async function openClients(options: ClientOptions, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  for (let number = 0; number < count; number++) clients.push(await Client.open(options, number));
  return clients;
}

export function closeClients(clients: readonly Client[]): void {
  for (const client of clients) client.close();
}

/** Sends requests from one client after another, one at a time, so that every run takes the same steps. */
export async function sendInTurn(clients: readonly Client[], count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) await clients[sent % clients.length]?.send();
}

/** Sends requests from all clients at the same time, so that the proxy finds several at once. */
export async function sendTogether(clients: readonly Client[], count: number): Promise<void> {
  const each = Math.ceil(count / clients.length);
  await Promise.all(clients.map((client) => sendInTurn([client], each)));
}
