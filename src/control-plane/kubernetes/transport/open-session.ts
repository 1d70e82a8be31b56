import http2, { type ClientHttp2Session } from "node:http2";
import { isIP } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { tlsOptions } from "./tls-options.ts";
import { type Endpoint, hostOf, PROBE_AFTER_MS } from "./transport.ts";

/**
 * Bytes that a server may send before it hears that they were taken: of one stream, and of all together. The 64 KiB of the
 * standard (RFC 9113 section 6.9.2) would make a page of a large list wait for the network every few hundred objects.
 */
const STREAM_WINDOW = 4 * 1024 * 1024;
const SESSION_WINDOW = 16 * 1024 * 1024;
/** Megabytes that Node lets a session use before it refuses new streams: more than its windows. */
const SESSION_MEMORY = 64;

async function secured(socket: TLSSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const closed = () => reject(Object.assign(new Error("The connection was closed."), { code: "ECONNRESET" }));
  socket.once("secureConnect", resolve).once("error", reject).once("close", closed);
  await promise;
  socket.off("error", reject).off("close", closed);
}

/** The server's settings say how many streams it takes: nothing is sent before. */
async function settled(session: ClientHttp2Session): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const closed = () => reject(Object.assign(new Error("The session was closed."), { code: "ECONNRESET" }));
  session
    .once("remoteSettings", () => resolve())
    .once("error", reject)
    .once("close", closed);
  await promise;
  session.off("error", reject).off("close", closed);
}

function connect(endpoint: Endpoint): TLSSocket {
  const { url } = endpoint;
  const host = hostOf(url);
  const socket = tls.connect({
    host,
    port: Number(url.port || 443),
    ALPNProtocols: ["h2", "http/1.1"],
    // An address is no name that a server could be asked for (RFC 6066 section 3).
    ...(isIP(host) === 0 && { servername: host }),
    ...tlsOptions(endpoint),
  });
  // Whoever waits for it is told; nobody may be waiting any more.
  socket.on("error", () => {});
  return socket.setKeepAlive(true, PROBE_AFTER_MS).setNoDelay(true);
}

/** What `openSession` has begun. */
export interface OpeningSession {
  /** Undefined when the server does not offer HTTP/2 by ALPN (RFC 7301). Rejects with the error of the connection. */
  readonly session: Promise<ClientHttp2Session | undefined>;
  /** Gives it up. */
  readonly abandon: (why: Error) => void;
}

async function negotiate(socket: TLSSocket, endpoint: Endpoint): Promise<ClientHttp2Session | undefined> {
  await secured(socket);
  if (socket.alpnProtocol !== "h2") {
    socket.destroy();
    return undefined;
  }
  const session = http2.connect(endpoint.url, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    maxSessionMemory: SESSION_MEMORY,
  });
  session.on("error", () => {});
  session.once("connect", () => session.setLocalWindowSize(SESSION_WINDOW));
  await settled(session);
  return session;
}

/** Connects to a server that may speak HTTP/2. */
export function openSession(endpoint: Endpoint): OpeningSession {
  const socket = connect(endpoint);
  return { session: negotiate(socket, endpoint), abandon: (why) => void socket.destroy(why) };
}
