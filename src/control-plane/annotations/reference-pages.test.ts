import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { PROBLEMS } from "../problems/catalogue.ts";
import { renderProblemsPage } from "../problems/render-problems-page.ts";
import { SETTINGS } from "../settings/setting-table.ts";
import { ANNOTATIONS } from "./annotation-table.ts";
import { renderAnnotationsPage } from "./render-annotations-page.ts";
import { renderConformancePage } from "./render-conformance-page.ts";

function page(name: string): string {
  return readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");
}

const REMEDY = "the page is stale: run `npm run reference`";

describe("the reference", () => {
  it("has the table of annotations", () => {
    assert.equal(page("annotations.md"), renderAnnotationsPage(ANNOTATIONS), REMEDY);
  });

  it("has the table of conformance", () => {
    assert.equal(page("ingress-nginx.md"), renderConformancePage(ANNOTATIONS, SETTINGS), REMEDY);
  });

  it("has the catalogue of Problems", () => {
    assert.equal(page("problems.md"), renderProblemsPage(PROBLEMS), REMEDY);
  });

  it("names every annotation", () => {
    const text = page("annotations.md");
    for (const { name } of ANNOTATIONS) assert.ok(text.includes(`| \`${name}\` |`), name);
  });
});
