import type { ConnectionOptions } from "node:tls";
import type { Endpoint } from "./transport.ts";

/** How Node is told what an Endpoint says of TLS. */
export function tlsOptions({ authority, certificate, key, serverName, insecure }: Endpoint): ConnectionOptions {
  return {
    rejectUnauthorized: !insecure,
    ...(authority !== undefined && { ca: authority }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}
