import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { limpetVersion } from "../../src/cli/version.ts";
import { plainManifests, podTemplateOf } from "../support/plain-manifests.ts";

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

interface SchemaNode {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

const schema = JSON.parse(read("deploy/chart/values.schema.json")) as SchemaNode;
const values = parse(read("deploy/chart/values.yaml")) as Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The paths of values that only one of the two knows. */
function strangers(
  known: Readonly<Record<string, SchemaNode>>,
  given: Readonly<Record<string, unknown>>,
  at = "",
): string[] {
  const names = new Set([...Object.keys(known), ...Object.keys(given)]);
  return [...names].flatMap((name) => {
    const path = `${at}${name}`;
    const node = known[name];
    const value = given[name];
    if (node === undefined || !(name in given)) return [path];
    return node.properties !== undefined && isTable(value) ? strangers(node.properties, value, `${path}.`) : [];
  });
}

describe("the chart's values", () => {
  // Every part of the suite that needs Helm itself is in test/cluster.
  const checked = z.fromJSONSchema(schema as JsonSchema);

  it("fit their schema", () => {
    assert.deepEqual(checked.safeParse(values).error?.issues ?? [], []);
    assert.equal(checked.safeParse({ ...values, classicCookies: "on" }).success, false);
    assert.equal(checked.safeParse({ ...values, replica: 3 }).success, false);
  });

  it("are those that the schema knows", () => {
    // Helm's own comes from a chart above.
    assert.deepEqual(strangers(schema.properties ?? {}, values), ["global"]);
  });
});

describe("versions", () => {
  it("of the chart, its application and Limpet are one", () => {
    const chart = parse(read("deploy/chart/Chart.yaml")) as { readonly version: string; readonly appVersion: string };
    assert.deepEqual([chart.version, chart.appVersion], [limpetVersion(), limpetVersion()]);
  });

  it("of Node in the image are of the line that the tests run on", () => {
    const { devDependencies } = JSON.parse(read("package.json")) as {
      readonly devDependencies: { readonly node: string };
    };
    const image = /^FROM node:(\d+)-/m.exec(read("deploy/Dockerfile"))?.[1];
    assert.equal(image, devDependencies.node.split(".")[0]);
  });
});

it("the pod may end as slowly as its flags say", () => {
  const { spec } = podTemplateOf(plainManifests());
  const [, grace] = spec.containers[0].args.join("\n").match(/^--shutdown-grace-period=(\d+)$/m) ?? [];
  const limit = (spec as { readonly terminationGracePeriodSeconds?: number }).terminationGracePeriodSeconds ?? 0;
  // Ten seconds for the statuses of the last replica (write-back.ts), and some to end NGINX.
  assert.ok(limit >= Number(grace) + 15, `${limit}`);
});
