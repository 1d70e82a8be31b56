import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { startEndpoints } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";
import { handshake } from "../support/tls-client.ts";

const HOST = "shop.test";
const REPLACEMENTS = 200;
const PER_SECOND = 500;
const SECONDS = 40;
/** A machine that is too slow for the rate opens them as fast as it can. */
const MOST_OPEN = 64;

/** Opens TLS connections at a steady rate, each anew, and keeps what the client did not trust. */
class Knocking {
  readonly failures: string[] = [];
  readonly seen = new Set<string>();
  opened = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(port: number) {
    this.#done = this.#run(port);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #run(port: number): Promise<void> {
    const start = Date.now();
    const open = new Set<Promise<void>>();
    while (!this.#stopped) {
      const due = Math.floor(((Date.now() - start) * PER_SECOND) / 1000);
      for (; this.opened < due && open.size < MOST_OPEN; this.opened++) {
        const one = this.#knock(port).finally(() => open.delete(one));
        open.add(one);
      }
      await pause(5);
    }
    await Promise.all(open);
  }

  async #knock(port: number): Promise<void> {
    try {
      const { commonName, failure } = await handshake(port, HOST);
      this.seen.add(commonName);
      if (failure !== "") this.failures.push(failure);
    } catch (error) {
      this.failures.push(String(error));
    }
  }
}

describe("two hundred replacements of a certificate under five hundred TLS connections a second", () => {
  it("fail no handshake and replace no worker", async () => {
    const endpoints = await startEndpoints(1);
    const web = withTls(ingress({ host: HOST }), { hosts: [HOST], secretName: "tls" });
    const secret = (i: number) => tlsSecret("tls", certificateFor([HOST], { commonName: `${i}`, rsa: i % 2 === 1 }));
    const limpet = await Limpet.start([web, secret(0), service(), ...slices(endpoints)], { workers: 2, https: true });
    try {
      const workers = await limpet.workers();
      const knocking = new Knocking(limpet.httpsPort);
      const start = Date.now();
      for (let i = 1; i <= REPLACEMENTS; i++) {
        await limpet.write([web, secret(i), service(), ...slices(endpoints)]);
        await pause(Math.max(0, start + (i * SECONDS * 1000) / REPLACEMENTS - Date.now()));
      }
      await limpet.eventually("the last certificate", async () => {
        return (await handshake(limpet.httpsPort, HOST)).commonName === String(REPLACEMENTS);
      });
      await knocking.stop();
      const seconds = (Date.now() - start) / 1000;
      console.log(`${Math.round(knocking.opened / seconds)} connections/s, ${knocking.seen.size} certificates seen`);
      assert.deepEqual(knocking.failures, []);
      assert.ok(knocking.seen.size > REPLACEMENTS / 2, `${knocking.seen.size}`);
      assert.deepEqual(await limpet.workers(), workers);
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
