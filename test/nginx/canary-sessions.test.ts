import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { openSessions } from "../support/session-load.ts";

const SESSIONS = 200;
const WEIGHTS = [10, 20, 60, 30, 0];

interface Client {
  cookie: string;
  endpoint: string;
}

describe(`${SESSIONS} sessions of a canary whose weight changes, over sockets`, () => {
  let limpet: Limpet;
  let main: TestEndpoint[];
  let next: TestEndpoint[];

  function objects(weight: number): Manifest[] {
    const hosts = ["balanced", "persistent"].flatMap((mode) =>
      ["stay", "follow-weight"].flatMap((bound) => {
        const place = { host: `${mode}.${bound}.test` };
        const canary = { canary: "true", "canary-weight": String(weight), "canary-bound-sessions": bound };
        return [
          ingress({ ...place, name: `${mode}-${bound}`, annotations: sticky({ "affinity-mode": mode }) }),
          ingress({ ...place, name: `${mode}-${bound}-canary`, annotations: canary, paths: [{ service: "next" }] }),
        ];
      }),
    );
    return [...hosts, service("web"), service("next"), ...slices(main, "web"), ...slices(next, "next")];
  }

  const isCanary = ({ endpoint }: Client) => endpoint.startsWith("canary");

  before(async () => {
    main = await Promise.all(["main-0", "main-1", "main-2"].map((name) => startEndpoint(name)));
    next = await Promise.all(["canary-0", "canary-1"].map((name) => startEndpoint(name)));
    limpet = await Limpet.start(objects(WEIGHTS[0] as number), { workers: 2 });
  });

  after(async () => {
    await limpet?.stop();
    await Promise.all([...main, ...next].map((endpoint) => endpoint.kill()));
  });

  /** Every client comes back once, with the cookie that it has; gives those that met another side than before. */
  async function comeBack(host: string, clients: readonly Client[]): Promise<Client[]> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    const moved: Client[] = [];
    const queue = [...clients];
    const work = async () => {
      for (let client = queue.pop(); client !== undefined; client = queue.pop()) {
        const before = isCanary(client);
        const reply = await limpet.send({ host, cookie: client.cookie, agent });
        assert.equal(reply.status, 200);
        client.endpoint = reply.endpoint;
        const set = reply.setCookies[0];
        if (set !== undefined) client.cookie = set.slice(0, set.indexOf(";"));
        if (isCanary(client) !== before) moved.push(client);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    agent.destroy();
    return moved;
  }

  it("stay, or follow it by the least that it demands and one way only", async () => {
    const hosts = [
      "balanced.stay.test",
      "persistent.stay.test",
      "balanced.follow-weight.test",
      "persistent.follow-weight.test",
    ];
    const sessions = new Map<string, Client[]>();
    for (const host of hosts)
      sessions.set(
        host,
        (await openSessions(limpet, host, SESSIONS)).map((it) => ({ ...it })),
      );
    for (const [i, weight] of WEIGHTS.entries()) {
      if (i === 0) continue;
      const former = WEIGHTS[i - 1] as number;
      await limpet.apply(objects(weight));
      for (const [host, clients] of sessions) {
        const moved = await comeBack(host, clients);
        const least = host.includes("stay") ? 0 : (Math.abs(weight - former) / 100) * SESSIONS;
        const what = `${host}, ${former} to ${weight}: ${moved.length} moved, ${least} must`;
        assert.ok(
          moved.every((client) => isCanary(client) === weight > former),
          what,
        );
        // Each of the two workers meets its share to two sessions or so.
        assert.ok(Math.abs(moved.length - least) <= (least === 0 ? 0 : 6), what);
        assert.equal((await comeBack(host, clients)).length, 0, "they stay there");
      }
    }
  });
});
