import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Problem } from "../../problems/problem.ts";
import { type Manifest, parseManifest } from "./parse-manifest.ts";
import { configMap } from "./watched-folder.ts";

function parsed(text: string): Manifest {
  const manifest = parseManifest("web.yaml", text);
  assert.ok("objects" in manifest, JSON.stringify(manifest));
  return manifest;
}

function refused(text: string): Problem {
  const problem = parseManifest("web.yaml", text);
  assert.ok("code" in problem);
  assert.equal(problem.code, "source/file-does-not-parse");
  return problem;
}

function namesAndLines(manifest: Manifest): readonly [string, number][] {
  return manifest.objects.map(({ object, origin }) => [object.metadata.name, origin.line]);
}

test("every document is an object, with the line where it begins", () => {
  const text = `# settings\n${configMap("a")}---\n---\n# nothing\n---\n${configMap("b")}`;
  assert.deepEqual(namesAndLines(parsed(text)), [
    ["a", 2],
    ["b", 10],
  ]);
});

test("the items of a List are objects, with the lines where they begin", () => {
  const item = (name: string) => `- {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n`;
  const text = `apiVersion: v1\nkind: List\nitems:\n${item("a")}${item("b")}`;
  assert.deepEqual(namesAndLines(parsed(text)), [
    ["a", 4],
    ["b", 5],
  ]);
});

test("JSON is read, indented with tabs as well", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { x: "1" } };
  assert.equal(parsed(JSON.stringify(object, null, "\t")).objects.length, 1);
  assert.equal(parsed(JSON.stringify(object)).objects.length, 1);
});

test("a Problem of an object has the line and column of the field", () => {
  const text = `${configMap("a")}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    limpet.dev/affinity: true
spec:
  rules:
    - host: a.example.com
    - http: {}
      host: a_b
`;
  const places = parsed(text).problems.map(({ field, file, line, column }) => [field, file, line, column]);
  assert.deepEqual(places, [
    ['metadata.annotations["limpet.dev/affinity"]', "web.yaml", 11, 5],
    ["spec.rules[1].host", "web.yaml", 16, 7],
  ]);
});

test("the Problem of a field that is missing has the line of what it is missing from", () => {
  const [problem] = parsed("kind: ConfigMap\napiVersion: v1\nmetadata:\n  namespace: shop\n").problems;
  assert.equal(problem?.field, "metadata.name");
  assert.equal(problem.line, 3);
});

test("a Problem inside an alias has the line where the alias is used", () => {
  const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a, labels: &l [x]}\ndata: *l\n";
  assert.deepEqual(
    parsed(text).problems.map((problem) => [problem.field, problem.line]),
    [
      ["metadata.labels", 3],
      ["data", 4],
    ],
  );
});

test("other kinds are passed over by name", () => {
  assert.deepEqual(parsed("apiVersion: apps/v1\nkind: Deployment\n").ignored, ["Deployment"]);
});

test("a syntax error has its line and column, and shows nothing of the text", () => {
  const problem = refused(`${configMap("a")}---\nstringData:\n  password: "hunter2\n`);
  assert.ok((problem.line ?? 0) >= 6);
  assert.equal(typeof problem.column, "number");
  assert.doesNotMatch(JSON.stringify(problem), /hunter/);
  assert.match(refused("a: 1\na: 2\n").message, /unique/);
});

test("aliases that multiply are refused", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 10; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(", ")}]`);
  assert.match(refused(lines.join("\n")).message, /alias/);
});

test("aliases that go round in a circle come to an end", () => {
  const circle = "&a\nkind: List\nitems: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n";
  assert.equal(parsed(circle).problems[0]?.code, "source/object-wrong-shape");
  assert.equal(parsed("apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: *m}\n").objects.length, 0);
});

test("a text nested without end is refused", () => {
  refused("[".repeat(20_000));
  refused(`${"{a: ".repeat(20_000)}x${"}".repeat(20_000)}`);
});

test("whatever the text, there is an answer", () => {
  const piece = fc.constantFrom(
    "apiVersion: v1\n",
    "kind: Secret\n",
    "---\n",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    "!!x ",
    "\t",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.oneof(piece, fc.string())).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      const answer = parseManifest("web.yaml", source);
      const problems = "code" in answer ? [answer] : answer.problems;
      for (const { line, column } of problems) assert.ok((line ?? 0) > 0 && (column ?? 0) > 0);
    }),
  );
});
