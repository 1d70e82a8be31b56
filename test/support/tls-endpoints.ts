import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { CertifiedKey } from "../../src/control-plane/certificates/self-signed.ts";

/** What an endpoint that speaks TLS saw of a handshake. */
export interface Seen {
  readonly serverName: string | false;
  readonly clientCertificate: string;
}

export interface TlsEndpoint {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly connections: () => number;
  readonly close: () => void;
}

/** An endpoint that speaks TLS and answers with what it saw. */
export async function startTlsEndpoint(name: string, { key, certificate }: CertifiedKey): Promise<TlsEndpoint> {
  let connections = 0;
  const options = { key, cert: certificate, requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket;
    const seen: Seen = {
      serverName: (socket as unknown as { servername: string | false }).servername,
      clientCertificate: socket.getPeerCertificate().fingerprint256 ?? "",
    };
    response.setHeader("X-Endpoint", name);
    response.end(JSON.stringify(seen));
  });
  server.on("secureConnection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name,
    address: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
