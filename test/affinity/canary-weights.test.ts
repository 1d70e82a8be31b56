import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AffinityMode } from "../../src/snapshot/model.ts";
import { backendOf, canaryBackendOf, indexOf, ready } from "../support/affinity.ts";
import { CanaryScene, canaryEndpoints } from "../support/canary.ts";
import { printRow } from "../support/row.ts";

const SESSIONS = 10_000;
const MODES: readonly AffinityMode[] = ["balanced", "persistent"];
const FIRST_WEIGHT = 10;
const WEIGHTS = [20, 30, 50, 25, 0, 100, 60, 5, 75, 10];

interface Client {
  cookie: string;
  onCanary: boolean;
}

/** What a change of the weight did to sessions that are there. */
interface Moves {
  readonly toCanary: number;
  readonly toMain: number;
}

function visit(scene: CanaryScene, client: Client): void {
  const { side, decision } = scene.send(client.cookie === "" ? {} : { cookie: `C=${client.cookie}` });
  assert.ok(decision.kind !== "refuse");
  client.onCanary = side === "canary";
  if (decision.value !== "") client.cookie = decision.value;
}

function openSessions(scene: CanaryScene): Client[] {
  return Array.from({ length: SESSIONS }, () => {
    const client = { cookie: "", onCanary: false };
    visit(scene, client);
    return client;
  });
}

/** Every session comes back twice: a move must last. */
function comeBack(scene: CanaryScene, clients: readonly Client[]): Moves {
  const moves = { toCanary: 0, toMain: 0 };
  for (const client of clients) {
    const before = client.onCanary;
    visit(scene, client);
    if (client.onCanary !== before) moves[client.onCanary ? "toCanary" : "toMain"]++;
    const after = client.onCanary;
    visit(scene, client);
    assert.equal(client.onCanary, after, "it stays there");
  }
  return moves;
}

function onCanary(clients: readonly Client[]): number {
  return clients.filter((client) => client.onCanary).length;
}

/** What drawing anew for everybody would move: the negative control. */
function movedByChance(scene: CanaryScene, clients: readonly Client[], weight: number): number {
  return clients.filter(({ onCanary: before }) => before !== scene.world.random(100) < weight).length;
}

for (const mode of MODES) {
  describe(`${SESSIONS} sessions over ten changes of the weight, ${mode}`, () => {
    it("stay where they are, and new clients meet the weight", () => {
      const scene = new CanaryScene({ affinity: { mode }, canary: { weight: FIRST_WEIGHT }, number: 0.31 });
      const clients = openSessions(scene);
      for (const weight of WEIGHTS) {
        scene.change({ weight });
        assert.deepEqual(comeBack(scene, clients), { toCanary: 0, toMain: 0 });
        const share = onCanary(openSessions(scene)) / SESSIONS;
        assert.ok(Math.abs(share - weight / 100) < 0.001, `new clients: ${share} at weight ${weight}`);
      }
      printRow({ row: `canary (bound sessions stay, ${mode})`, lost: 0, moved: 0, duplicated: 0, p99: 0 });
    });

    it("follow it where they are told to: the least that a change demands moves, and one way only", () => {
      const canary = { weight: FIRST_WEIGHT, follow: true };
      const scene = new CanaryScene({ affinity: { mode }, canary, number: 0.31 });
      const clients = openSessions(scene);
      let former = FIRST_WEIGHT;
      for (const weight of WEIGHTS) {
        const before = onCanary(clients);
        const control = movedByChance(scene, clients, weight);
        scene.change({ weight }, 0.77);
        const { toCanary, toMain } = comeBack(scene, clients);
        const least = (Math.abs(weight - former) / 100) * SESSIONS;
        const moved = toCanary + toMain;
        console.log(
          `canary follows ${former} to ${weight}, ${mode}: moved ${moved}, least ${least}, by chance ${control}`,
        );
        assert.equal(weight > former ? toMain : toCanary, 0, "nobody moves against the change");
        assert.equal(moved, Math.abs(onCanary(clients) - before));
        assert.ok(Math.abs(moved - least) <= 0.01 * least, `${moved} moved where ${least} must`);
        const bounded = former % 100 === 0 || weight % 100 === 0;
        assert.ok(bounded || control > 1.01 * least, "to draw anew would move more");
        former = weight;
      }
    });
  });

  describe(`${SESSIONS} sessions through changes of the endpoints, ${mode}`, () => {
    for (const follow of [false, true]) {
      it(`keep their side${follow ? " where they follow the weight" : ""}`, () => {
        const scene = new CanaryScene({ affinity: { mode }, canary: { weight: 30, follow }, number: 0.31 });
        const clients = openSessions(scene);
        const still = { toCanary: 0, toMain: 0 };
        const fresh = canaryEndpoints(9).slice(5);
        for (const [mains, canaries] of [
          [ready(8), canaryEndpoints(3)],
          [ready(2), canaryEndpoints(6)],
          [ready(2), fresh],
          [ready(12).slice(4), fresh.slice(1)],
        ] as const) {
          scene.main = indexOf(backendOf(mains));
          scene.alternative = indexOf(canaryBackendOf(canaries));
          assert.deepEqual(comeBack(scene, clients), still);
        }
      });
    }
  });
}
