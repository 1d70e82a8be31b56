import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AffinityMode } from "../../src/snapshot/model.ts";
import { podOfRevision } from "../support/pod-names.ts";
import { printRow } from "../support/row.ts";
import { Cluster } from "./cluster.ts";

const PODS = 100;
const SESSIONS = 10_000;

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

interface Outcome {
  readonly lost: number;
  readonly moved: number;
  readonly movesPerSession: number;
  /** Sessions of the pod that has the most, divided by the mean. */
  readonly peak: number;
}

interface RollOut {
  readonly mode: AffinityMode;
  /** How many pods are replaced at a time. */
  readonly atATime: number;
  readonly nameOf: (pod: number) => string;
}

/** All pods are replaced, new ones first; every session comes back after each step. */
function rollOut({ mode, atATime, nameOf }: RollOut): Outcome {
  const cluster = new Cluster(7, mode, count(0, PODS), nameOf);
  let sessions = count(0, SESSIONS).map(() => cluster.request(""));
  let lost = 0;
  let moved = 0;
  const comeBack = () => {
    sessions = sessions.map((session) => {
      const now = cluster.request(session.value);
      if (now.address === "") lost++;
      if (now.address !== session.address) moved++;
      return now;
    });
  };
  for (let gone = 0; gone < PODS; gone += atATime) {
    cluster.scale(count(gone, PODS + gone + atATime));
    comeBack();
    cluster.scale(count(gone + atATime, PODS + gone + atATime));
    comeBack();
  }
  const counts = new Map<string, number>();
  for (const { address } of sessions) counts.set(address, (counts.get(address) ?? 0) + 1);
  return { lost, moved, movesPerSession: moved / SESSIONS, peak: (Math.max(...counts.values()) * PODS) / SESSIONS };
}

function print(what: string, { lost, moved, movesPerSession, peak }: Outcome): void {
  const figures = `${movesPerSession.toFixed(2)} moves a session, peak ${peak.toFixed(2)} × the mean`;
  printRow({ row: `7 (${what}: ${figures})`, lost, moved, duplicated: 0, p99: 0 });
}

/** A Deployment's: two revisions. */
function deployed(pod: number): string {
  return podOfRevision(pod < PODS ? 1 : 2, pod);
}

describe("a rolling update of 100 pods", () => {
  for (const atATime of [1, 25]) {
    it(`moves every session once and heaps none up, ${atATime} at a time`, () => {
      const outcome = rollOut({ mode: "persistent", atATime, nameOf: deployed });
      print(`${atATime} at a time, persistent`, outcome);
      assert.equal(outcome.lost, 0);
      assert.ok(outcome.movesPerSession <= 1.05, `${outcome.movesPerSession}`);
      // Nobody opens a new session here, so nothing evens it out.
      assert.ok(outcome.peak <= 2.3, `${outcome.peak}`);
    });
  }

  it("moves sessions more often when the names do not tell revisions: the control", () => {
    const outcome = rollOut({ mode: "persistent", atATime: 1, nameOf: (pod) => `web-${pod}` });
    print("names that tell nothing, persistent", outcome);
    assert.ok(outcome.movesPerSession > 1.5, `${outcome.movesPerSession}`);
  });

  it("moves them by the ring in balanced mode: away from whoever goes, and to whoever comes", () => {
    const outcome = rollOut({ mode: "balanced", atATime: 1, nameOf: deployed });
    print("1 at a time, balanced", outcome);
    assert.equal(outcome.lost, 0);
    assert.ok(outcome.movesPerSession > 1.5 && outcome.movesPerSession < 2.1, `${outcome.movesPerSession}`);
  });
});
