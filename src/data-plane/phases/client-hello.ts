import { get_client_hello_server_name } from "ngx.ssl.clienthello";
import { asHost, clientsOfHost } from "../tls/clients-of-host.ts";
import { setSessionContext } from "../tls/connection.ts";

/**
 * Before OpenSSL looks for a session to resume: what it verified of a client's certificate then is good for the same host
 * and the same authorities, and for nothing else.
 */
export function clientHello(): void {
  const [given] = get_client_hello_server_name();
  const clients = clientsOfHost(asHost(given));
  if (clients !== undefined) setSessionContext(clients.context);
}
