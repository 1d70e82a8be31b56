import http from "node:http";
import { freePort } from "../free-port.ts";
import { Program } from "./program.ts";

/** The API server's store. */
export interface Etcd {
  readonly url: string;
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
  return { url, stop: () => program.stop("SIGKILL") };
}
