import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { TrustDirectory, type TrustDirectoryOptions } from "./trust-directory.ts";

describe("the places of authorities", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "limpet-trust-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function open(options: Partial<TrustDirectoryOptions> = {}): TrustDirectory {
    return new TrustDirectory({ folder, count: 2, stored: new Set(), nginxRuns: false, ...options });
  }

  /** What NGINX reads in each place. */
  function contents(): readonly string[] {
    return ["1.pem", "2.pem"].map((name) => readFileSync(join(folder, name), "latin1"));
  }

  function placesOf(places: TrustDirectory, ...authorities: readonly string[]): readonly (number | undefined)[] {
    return authorities.map((one) => {
      const taken = places.take(one);
      return taken.ok ? taken.place : undefined;
    });
  }

  it("are all there when NGINX starts, empty, and readable for its workers", () => {
    const before = process.umask(0o077);
    open();
    process.umask(before);
    assert.deepEqual(readdirSync(folder).sort(), ["1.pem", "2.pem", "nobody.pem"]);
    assert.deepEqual(contents(), ["", ""]);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o644, name);
  });

  it("hold what was put in before anybody hears of it; the same authorities stand in one place", () => {
    const places = open();
    assert.deepEqual(placesOf(places, "A"), [1]);
    assert.deepEqual(contents(), ["A", ""]);
    assert.deepEqual(placesOf(places, "B", "A", "B"), [2, 1, 2]);
    assert.deepEqual(contents(), ["A", "B"]);
  });

  it("are never given to others while NGINX runs", () => {
    const places = open();
    assert.deepEqual(placesOf(places, "A", "B", "C", "A"), [1, 2, undefined, 1]);
    assert.deepEqual(placesOf(open({ nginxRuns: true }), "C", "B", "A"), [undefined, 2, 1]);
    assert.deepEqual(contents(), ["A", "B"]);
  });

  it("say how to have more", () => {
    const taken = open({ count: 0 }).take("A");
    assert.ok(!taken.ok);
    assert.match(taken.why, /without any place/);
    assert.match(taken.hint, /--upstream-authorities/);
  });

  it("are free again in the next run, but for those that the stored Snapshot names", () => {
    placesOf(open(), "A", "B");
    assert.deepEqual(placesOf(open({ stored: new Set([2]) }), "C", "B", "A"), [1, 2, undefined]);
    assert.deepEqual(contents(), ["C", "B"]);
  });

  it("stay empty where the stored Snapshot names authorities that were lost", () => {
    assert.deepEqual(placesOf(open({ stored: new Set([1]) }), "A", "B"), [2, undefined]);
    assert.deepEqual(contents(), ["", "A"]);
  });

  it("keep the authority that nobody is", () => {
    open();
    const nobody = readFileSync(join(folder, "nobody.pem"), "latin1");
    assert.match(nobody, /^-----BEGIN CERTIFICATE-----/);
    assert.doesNotMatch(nobody, /KEY/);
    open();
    assert.equal(readFileSync(join(folder, "nobody.pem"), "latin1"), nobody);
  });

  it("refuse what cannot be written, and take it when it can", () => {
    const places = open();
    rmSync(folder, { recursive: true });
    const refused = places.take("A");
    assert.ok(!refused.ok);
    assert.match(refused.why, /ENOENT/);
    mkdirSync(folder);
    assert.deepEqual(placesOf(places, "A"), [1]);
  });
});
