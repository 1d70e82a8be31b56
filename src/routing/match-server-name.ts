import type { ServerName } from "../snapshot/certificate.ts";
import { CATCH_ALL, matchHost } from "./match-host.ts";

/**
 * What a TLS client is shown: by the name's own entry, that of the wildcard which covers it, or the default. An entry without
 * certificates means the default too. Undefined: nothing is known but what NGINX was started with.
 *
 * @param host lower case, without a dot at its end; empty where the client names none
 * @param find gives the entry of a name
 */
export function matchServerName(host: string, find: (host: string) => ServerName | undefined): ServerName | undefined {
  const showing = (name: string) => {
    const entry = find(name);
    return entry?.certificates === undefined ? undefined : entry;
  };
  const found = matchHost(host, showing);
  return found?.certificates?.length === 0 ? showing(CATCH_ALL) : found;
}
