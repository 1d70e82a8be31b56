import { freePort } from "../../test/support/free-port.ts";
import { startNginx, temporaryPaths } from "./nginx.ts";
import type { RunningProcess } from "./processes.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface EndpointAddress {
  readonly address: string;
  readonly port: number;
}

export interface RunningEndpoints {
  readonly addresses: readonly EndpointAddress[];
  readonly process: RunningProcess;
}

/** What an endpoint answers: its address alone, or followed by so much that the body has this size. */
export const BODY_PATHS = { small: "/", "1k": "/1k", "100k": "/100k" } as const;

export type BodySize = keyof typeof BODY_PATHS;

const KILOBYTE = "0123456789abcdef".repeat(64);

/** One socket serves every address of 127.1.0.0/16, so any number of endpoints costs the same. */
function endpointsConfig(directory: string, port: number): string {
  return `worker_processes 1;
pid ${directory}/nginx.pid;
error_log stderr error;
events { worker_connections 8192; }
http {
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    server_tokens off;
    ${temporaryPaths(directory)}
    map "" $kilobyte { default "${KILOBYTE}"; }
    server {
        listen 0.0.0.0:${port};
        default_type text/plain;
        location / { return 200 "$server_addr\\n"; }
        location = /1k { return 200 "$server_addr\\n$kilobyte"; }
        location = /100k { return 200 "$server_addr\\n${"$kilobyte".repeat(100)}"; }
    }
}
`;
}

function addressOf(number: number): string {
  return `127.1.${(number + 1) >> 8}.${(number + 1) & 255}`;
}

/**
 * Starts a small fast server that answers on `count` addresses (1 to 65,000), each with its address in the first line
 * of the body.
 * @param runner what runs it, such as `taskset …`
 */
export async function startEndpoints(count: number, runner: readonly string[] = []): Promise<RunningEndpoints> {
  const directory = temporaryDirectory("endpoints");
  const port = await freePort();
  const config = endpointsConfig(directory, port);
  const process = await startNginx({ name: "the endpoints' NGINX", directory, config, port, runner });
  const addresses = Array.from({ length: count }, (_, number) => ({ address: addressOf(number), port }));
  return { addresses, process };
}
