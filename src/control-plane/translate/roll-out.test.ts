import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Backend } from "../../snapshot/model.ts";
import type { IdentifiedEndpoint } from "./merge-endpoints.ts";
import { newestPositions, noteArrivals, type PodArrivals } from "./roll-out.ts";
import { endpoint, slice } from "./test-objects.ts";

const SUFFIXES = "bcdfghjklmnpqrstvwxz2456789";

/** The pod of this number, from 0 to 26, of a Deployment's revision. */
function pod(revision: string, number: number): string {
  return `${revision}-${(SUFFIXES[number] as string).repeat(5)}`;
}

function pods(revision: string, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => pod(revision, from + i));
}

const OLD = "web-5c7f9d8b6c";
const NEW = "web-7d4b8c9f5x";

/** Slices and Endpoints as they change, in the order of the names given. */
class History {
  #arrivals: PodArrivals | undefined;
  readonly #stored: Backend | undefined;

  constructor(stored?: Backend) {
    this.#stored = stored;
  }

  /** Makes these the pods; gives the names of those that sessions move to, or undefined. @param unready pods that are not ready */
  now(ready: readonly string[], unready: readonly string[] = []): readonly string[] | undefined {
    const all = [...ready, ...unready].map((targetName, i) => endpoint(`10.0.0.${i + 1}`, { targetName }));
    const endpoints = ready.map((podName, i): IdentifiedEndpoint => {
      return { endpoint: { address: `10.0.0.${i + 1}`, port: 80, state: "ready" }, identity: podName, podName };
    });
    const stored = this.#arrivals === undefined ? this.#stored : undefined;
    this.#arrivals = noteArrivals([slice("web-1", "web", all)], endpoints, this.#arrivals, stored);
    return newestPositions(endpoints, this.#arrivals)?.map((position) => ready[position] as string);
  }
}

describe("a roll-out", () => {
  it("is none with one revision, however its pods come and go", () => {
    const history = new History();
    assert.equal(history.now(pods(OLD, 3)), undefined);
    assert.equal(history.now(pods(OLD, 5)), undefined);
    assert.equal(history.now(pods(OLD, 5, 3)), undefined);
  });

  it("moves sessions to the new pods, and is over when the old ones are gone", () => {
    const history = new History();
    history.now(pods(OLD, 3));
    assert.deepEqual(history.now([...pods(OLD, 3), pod(NEW, 0)]), [pod(NEW, 0)]);
    assert.deepEqual(history.now([pod(OLD, 2), pod(NEW, 0)]), [pod(NEW, 0)]);
    assert.equal(history.now([pod(NEW, 0)]), undefined);
  });

  it("moves them to the half that came last, and to all of those that came together", () => {
    const history = new History();
    history.now(pods(OLD, 8));
    for (let count = 1; count <= 4; count++) history.now([...pods(OLD, 8), ...pods(NEW, count)]);
    assert.deepEqual(history.now([...pods(OLD, 8), ...pods(NEW, 5)]), pods(NEW, 3, 2));
    assert.deepEqual(history.now([...pods(OLD, 8), ...pods(NEW, 12)]), pods(NEW, 7, 5));
  });

  it("does not begin before a pod of the new revision is ready", () => {
    const history = new History();
    history.now(pods(OLD, 3));
    assert.equal(history.now(pods(OLD, 3), [pod(NEW, 0)]), undefined);
    assert.equal(history.now(pods(OLD, 2), [pod(NEW, 0)]), undefined);
    assert.deepEqual(history.now([...pods(OLD, 2), pod(NEW, 0)]), [pod(NEW, 0)]);
  });

  it("is not turned round by an old pod that is not ready for a while", () => {
    const history = new History();
    history.now(pods(OLD, 3));
    history.now([...pods(OLD, 3), pod(NEW, 0)]);
    history.now([...pods(OLD, 2), pod(NEW, 0)], [pod(OLD, 2)]);
    assert.deepEqual(history.now([...pods(OLD, 3), pod(NEW, 0)]), [pod(NEW, 0)]);
  });

  it("is turned round when it is undone half way", () => {
    const history = new History();
    history.now(pods(OLD, 4));
    history.now([...pods(OLD, 4), ...pods(NEW, 2)]);
    history.now([...pods(OLD, 2), ...pods(NEW, 2)]);
    const back = [...pods(OLD, 2), pod(OLD, 5)];
    assert.deepEqual(history.now([...back, ...pods(NEW, 2)]), back);
  });

  it("is not guessed from pods of two revisions that were found together", () => {
    assert.equal(new History().now([...pods(OLD, 2), ...pods(NEW, 2)]), undefined);
  });

  it("is known again after a restart from what was published", () => {
    const endpoints = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"].map((address) => {
      return { address, port: 80, state: "ready" as const };
    });
    const none = { pins: [], formerPins: [], classicPins: [], classicKey: "", departed: [] };
    const history = new History({ id: "default/web:80", endpoints, ...none, newest: [3] });
    assert.deepEqual(history.now([...pods(OLD, 2), ...pods(NEW, 2)]), [pod(NEW, 1)]);
  });

  it("of one Deployment leaves the pods of another, and those of no Deployment, as they are", () => {
    const history = new History();
    const others = ["db-0", "agent-x7k2p", "", ...pods("api-6b5c4d9f8", 2)];
    history.now([...others, ...pods(OLD, 2)]);
    assert.deepEqual(history.now([...others, ...pods(OLD, 2), pod(NEW, 0)]), [...others, pod(NEW, 0)]);
    assert.equal(history.now([...others, "db-1", pod("api-6b5c4d9f8", 3), pod(NEW, 0)]), undefined);
  });
});
