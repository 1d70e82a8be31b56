import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { plainManifests, type Right, rightsIn, rolesOf } from "../support/plain-manifests.ts";

/** `every` in the page's first column. */
const PLACES: Readonly<Record<string, string>> = { "the cluster": "", "its own": "limpet" };

function without(text: string): string {
  return text.replaceAll("`", "");
}

function rightsOf(row: string): readonly Right[] {
  const [place = "", resource = "", name = "", verbs = ""] = row
    .split("|")
    .slice(1)
    .map((cell) => without(cell.trim()));
  const namespace = PLACES[place] ?? `no such place: ${place}`;
  return verbs.split(", ").map((verb) => ({ verb, resource, namespace, name: name === "any" ? "" : name }));
}

function inOrder(rights: readonly Right[]): readonly string[] {
  return rights.map(({ namespace, resource, name, verb }) => `${namespace} ${resource} ${name} ${verb}`).sort();
}

it("the page of rights says what the chart gives", () => {
  const page = readFileSync(new URL("../../docs/reference/rbac.md", import.meta.url), "utf8");
  const [, table = ""] = page.split("## By default");
  const rows = (table.split("\n## ")[0] ?? "").split("\n").filter((line) => /^\| (the cluster|its own) /.test(line));
  assert.deepEqual(inOrder(rows.flatMap(rightsOf)), inOrder(rightsIn(rolesOf(plainManifests()))));
});
