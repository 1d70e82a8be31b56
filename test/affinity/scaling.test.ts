import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printRow } from "../support/row.ts";
import { Cluster } from "./cluster.ts";

const SESSIONS = 10_000;

interface Session {
  readonly address: string;
  readonly value: string;
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function openSessions(cluster: Cluster): Session[] {
  return count(0, SESSIONS).map(() => cluster.request(""));
}

interface Outcome {
  /** Sessions that reached nobody. */
  readonly lost: number;
  /** Those that reached somebody else than before. */
  readonly moved: readonly Session[];
}

/** Every session comes back once. */
function comeBack(cluster: Cluster, sessions: readonly Session[]): Outcome {
  const answers = sessions.map(({ value }) => cluster.request(value).address);
  return {
    lost: answers.filter((address) => address === "").length,
    moved: sessions.filter(({ address }, i) => answers[i] !== address),
  };
}

/** What a strategy without a ring would do: the session's number modulo the endpoints, in the order of their addresses. */
function movedByModulo(from: readonly number[], to: readonly number[]): number {
  const moved = count(0, SESSIONS).filter((session) => from[session % from.length] !== to[session % to.length]);
  return moved.length / SESSIONS;
}

const SEEDS = count(1, 21);

/** The mean over seeded clusters of the sessions lost and of the fraction moved, from some pods to others. */
function meanOver(mode: "balanced" | "persistent", from: readonly number[], to: readonly number[]) {
  const outcomes = SEEDS.map((seed) => {
    const cluster = new Cluster(seed, mode, from);
    const sessions = openSessions(cluster);
    cluster.scale(to);
    return comeBack(cluster, sessions);
  });
  const lost = outcomes.reduce((sum, outcome) => sum + outcome.lost, 0);
  const moved = outcomes.reduce((sum, outcome) => sum + outcome.moved.length, 0);
  return { lost, moved, fraction: moved / SEEDS.length / SESSIONS };
}

/** Decisions have no latency to speak of, and no request is sent twice. */
function print(row: string, { lost, moved }: { readonly lost: number; readonly moved: number }): void {
  printRow({ row, lost, moved, duplicated: 0, p99: 0 });
}

describe("scaling", () => {
  it("out moves no session in persistent mode", () => {
    const cluster = new Cluster(1, "persistent", count(0, 50));
    const sessions = openSessions(cluster);
    cluster.scale(count(0, 100));
    const { lost, moved } = comeBack(cluster, sessions);
    print("8 (50 to 100 endpoints, persistent)", { lost, moved: moved.length });
    assert.equal(lost, 0);
    assert.equal(moved.length, 0);
  });

  it("out moves the share of the new endpoints in balanced mode", () => {
    const { lost, moved, fraction } = meanOver("balanced", count(0, 3), count(0, 6));
    print(`9 (3 to 6 endpoints, balanced, ${SEEDS.length} clusters, mean fraction ${fraction.toFixed(4)})`, {
      lost,
      moved,
    });
    assert.equal(lost, 0);
    assert.ok(fraction <= 0.505, `${fraction}`);
    assert.ok(fraction > 0.45, `${fraction}`);
  });

  for (const mode of ["balanced", "persistent"] as const) {
    it(`in moves the sessions of the endpoints that leave and nobody else in ${mode} mode`, () => {
      const fractions = SEEDS.map((seed) => {
        const cluster = new Cluster(seed, mode, count(0, 100));
        const sessions = openSessions(cluster);
        cluster.scale(count(0, 90));
        const { lost, moved } = comeBack(cluster, sessions);
        const leaving = new Set(count(90, 100).map((pod) => cluster.addressOf(pod)));
        assert.equal(lost, 0);
        assert.deepEqual(
          moved,
          sessions.filter(({ address }) => leaving.has(address)),
        );
        return moved.length / SESSIONS;
      });
      const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / SEEDS.length;
      const moved = Math.round(mean * SESSIONS * SEEDS.length);
      print(`10 (100 to 90 endpoints, ${mode}, ${SEEDS.length} clusters, mean fraction ${mean.toFixed(4)})`, {
        lost: 0,
        moved,
      });
      assert.ok(Math.abs(mean - 0.1) < 0.01, `${mean}`);
    });
  }

  it("keeps every session where it is while nothing changes, with every endpoint in use", () => {
    for (const mode of ["balanced", "persistent"] as const) {
      const cluster = new Cluster(3, mode, count(0, 50));
      const sessions = openSessions(cluster);
      assert.equal(comeBack(cluster, sessions).moved.length, 0);
      assert.equal(new Set(sessions.map(({ address }) => address)).size, 50);
    }
  });
});

describe("the bounds of scaling", () => {
  it("fail for a strategy that goes by the number of endpoints", () => {
    assert.ok(movedByModulo(count(0, 50), count(0, 100)) > 0);
    // Three old pods among three new ones.
    assert.ok(movedByModulo([1, 3, 5], count(0, 6)) > 0.505);
    assert.ok(movedByModulo(count(0, 100), count(0, 90)) > 0.11);
  });

  it("fail in persistent mode when the pods are others", () => {
    const cluster = new Cluster(1, "persistent", count(0, 50));
    const sessions = openSessions(cluster);
    cluster.scale(count(50, 100));
    assert.equal(comeBack(cluster, sessions).moved.length, SESSIONS);
  });

  it("fail for balanced mode where persistent mode is asked for", () => {
    const cluster = new Cluster(1, "balanced", count(0, 50));
    const sessions = openSessions(cluster);
    cluster.scale(count(0, 100));
    assert.ok(comeBack(cluster, sessions).moved.length > 0);
  });
});
