import { indented } from "./block.ts";
import { toldHostLines } from "./client-identity.ts";
import { locations } from "./locations.ts";
import type { NginxOptions } from "./options.ts";
import { quote } from "./quote.ts";
import { tlsLines } from "./static-settings.ts";

function listenLines({ bindAddresses, httpsPort, settings }: NginxOptions): string {
  const proxied = settings.useProxyProtocol ? " proxy_protocol" : "";
  const http2 = settings.useHttp2 ? " http2" : "";
  const lines = bindAddresses.map((address) => `listen ${address}:${httpsPort} ssl${http2} default_server${proxied};`);
  return indented(8, lines);
}

/**
 * The server that clients connect to over TLS; empty when HTTPS is off. There is one, for all hosts: which certificate a
 * client is shown is data, as everything else. The one that NGINX must be given is the default that Limpet made for itself.
 *
 * @param accessLog the directive
 */
export function httpsServer(options: NginxOptions, accessLog: string): string {
  if (options.httpsPort === 0) return "";
  const certificate = quote(options.certificateFile);
  return `
    server {
${listenLines(options)}
        server_name _;
        ssl_certificate ${certificate};
        ssl_certificate_key ${certificate};
        ssl_client_hello_by_lua_block { limpet.clientHello() }
        ssl_certificate_by_lua_block { limpet.certificate() }
${indented(8, tlsLines(options.settings))}
        ssl_session_cache shared:limpet_tls:10m;
        ssl_session_timeout 1h;
        # Small records: a client can read the first one when it has come.
        ssl_buffer_size 4k;
        log_by_lua_block { limpet.log() }
        ${accessLog}
${indented(8, toldHostLines(options.settings))}
${locations({ port: options.httpsPort, scheme: "https", settings: options.settings, trust: options })}
    }
`;
}
