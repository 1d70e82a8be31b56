import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import https from "node:https";
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { AUTHORITY } from "./certificates.ts";
import { type Reply, readReply } from "./client.ts";

/** What a client sees of a server in a handshake. */
export interface Handshake {
  /** The subject's CN. */
  readonly commonName: string;
  readonly certificate: PeerCertificate;
  /** Why the client would not trust it; empty when it does. */
  readonly failure: string;
  readonly protocol: string | null;
  readonly resumed: boolean;
}

function begin(port: number, servername: string, options: ConnectionOptions): TLSSocket {
  const trusting = { ca: AUTHORITY.certificate, rejectUnauthorized: false };
  return connect({ host: "127.0.0.1", port, servername, ...trusting, ...options });
}

async function closed(socket: TLSSocket): Promise<never> {
  await once(socket, "close");
  throw new Error("the connection closed in the middle of the handshake");
}

/** A TLS connection to a port of 127.0.0.1, once the handshake is over. Trusts the authority of tests, and goes on without. */
export async function openTls(port: number, servername: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = begin(port, servername, options);
  await Promise.race([once(socket, "secureConnect"), closed(socket)]);
  return socket;
}

/** A session that the server would resume. */
export async function sessionOf(port: number, servername: string, options: ConnectionOptions = {}): Promise<Buffer> {
  const socket = begin(port, servername, options);
  // TLS 1.2 has it in the handshake, TLS 1.3 after it.
  const [session] = (await once(socket, "session")) as [Buffer];
  socket.destroy();
  return session;
}

export function seen(socket: TLSSocket): Handshake {
  const certificate = socket.getPeerCertificate();
  return {
    commonName: String(certificate.subject?.CN ?? ""),
    certificate,
    failure: socket.authorizationError === undefined || socket.authorized ? "" : String(socket.authorizationError),
    protocol: socket.getProtocol(),
    resumed: socket.isSessionReused(),
  };
}

/** @param servername the name that the client gives; empty: none */
export async function handshake(port: number, servername: string, options: ConnectionOptions = {}): Promise<Handshake> {
  const socket = await openTls(port, servername, options);
  try {
    return seen(socket);
  } finally {
    socket.destroy();
  }
}

export interface TlsRequestOptions {
  readonly host: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: https.Agent;
  /** Of the connection: a certificate of the client, another name than the host, a session. */
  readonly tls?: ConnectionOptions;
}

/** One request over HTTP/1.1 and TLS. */
export function sendTls(port: number, { host, path = "/", headers, agent, tls }: TlsRequestOptions): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const where = { host: "127.0.0.1", port, path, servername: host, rejectUnauthorized: false, agent: agent ?? false };
  const request = https.request({ ...where, ...tls, headers: { host, ...headers } }, (response) => {
    readReply(response).then(resolve, reject);
  });
  request.on("error", reject);
  request.end();
  return promise;
}

/** Sends the same request many times over a few kept connections. */
export async function hammerTls(port: number, count: number, options: TlsRequestOptions): Promise<void> {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
  const loop = async (): Promise<void> => {
    for (let i = 0; i < count / 4; i++) await sendTls(port, { ...options, agent });
  };
  await Promise.all([loop(), loop(), loop(), loop()]);
  agent.destroy();
}

/** The status and headers of one request over HTTP/2. */
export async function sendHttp2(
  port: number,
  host: string,
  tls: ConnectionOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  const session = connectHttp2(`https://${host}:${port}`, {
    createConnection: () =>
      connect({ host: "127.0.0.1", port, servername: host, rejectUnauthorized: false, ...tls, ALPNProtocols: ["h2"] }),
  });
  try {
    const stream = session.request({ ":path": "/", ":authority": host }).resume();
    const [headers] = (await once(stream, "response")) as [Readonly<Record<string, unknown>>];
    await once(stream, "end");
    return headers;
  } finally {
    session.destroy();
  }
}
