import { once } from "node:events";
import type { Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { HOST } from "../subjects/subject.ts";
import { CERTIFICATE } from "./certificate.ts";
import type { Dial } from "./http-connection.ts";

/** The client alone decides on these, so that all proxies do the same work. */
const TLS: ConnectionOptions = {
  host: "127.0.0.1",
  servername: HOST,
  ca: CERTIFICATE.certificate,
  minVersion: "TLSv1.3",
  ciphers: "TLS_AES_128_GCM_SHA256",
  ecdhCurve: "X25519",
};

/** @throws Error when the handshake fails, or the proxy shows another certificate */
export async function dialTls(port: number, more: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ ...TLS, ...more, port }).setNoDelay(true);
  await once(socket, "secureConnect");
  return socket;
}

/**
 * Dials again and again with the session of the connection before.
 * What it gives throws an Error when the proxy does not resume it.
 */
export function dialResumed(): Dial {
  let session: Buffer | undefined;
  return async (port: number): Promise<Socket> => {
    const resumes = session !== undefined;
    const socket = connect({ ...TLS, port, ...(session !== undefined && { session }) }).setNoDelay(true);
    // It comes behind the handshake, before the first response.
    socket.on("session", (next) => (session = next));
    await once(socket, "secureConnect");
    if (!resumes || socket.isSessionReused()) return socket;
    socket.destroy();
    throw new Error("the proxy does not resume a session");
  };
}
