import http from "node:http";
import { freePort } from "../free-port.ts";
import { Program } from "./program.ts";

/** The API server's store. */
export interface Etcd {
  readonly url: string;
  /** Forgets every version but the newest: nothing can be watched from an older one. */
  readonly compact: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/health`, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", reject);
  });
}

/** One call of etcd's JSON gateway. @throws Error with what it says when it refuses */
async function call(url: string, method: string, body: object): Promise<{ header: { revision: string } }> {
  const response = await fetch(`${url}/v3/kv/${method}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`etcd refuses ${method}: ${await response.text()}`);
  return (await response.json()) as { header: { revision: string } };
}

async function compact(url: string): Promise<void> {
  const key = Buffer.from("/compacted").toString("base64");
  // A new version first: those who have the newest one would miss nothing.
  const { header } = await call(url, "put", { key, value: key });
  await call(url, "compaction", { revision: header.revision, physical: true });
}

/** Starts a store of one member and resolves once it answers. */
export async function startEtcd(folder: string): Promise<Etcd> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  const flags = {
    "--data-dir": folder,
    "--listen-client-urls": url,
    "--advertise-client-urls": url,
    "--listen-peer-urls": peers,
    "--initial-advertise-peer-urls": peers,
    "--initial-cluster": `default=${peers}`,
  };
  const program = await Program.start("etcd", Object.entries(flags).flat());
  try {
    await program.untilReady(() => isHealthy(url));
  } catch (error) {
    await program.stop("SIGKILL");
    throw error;
  }
  // What is in it dies with it: nothing is worth an orderly end.
  return { url, compact: () => compact(url), stop: () => program.stop("SIGKILL") };
}
