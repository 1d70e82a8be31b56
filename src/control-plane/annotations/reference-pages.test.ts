import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { renderProblemsPage } from "../problems/render-problems-page.ts";
import { SOURCE_PROBLEMS } from "../problems/source-problems.ts";
import { TRANSLATE_PROBLEMS } from "../problems/translate-problems.ts";
import { PUBLISH_PROBLEMS } from "../publish/refusal-problem.ts";
import { ANNOTATIONS } from "./annotation-table.ts";
import { renderAnnotationsPage } from "./render-annotations-page.ts";

function page(name: string): string {
  return readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");
}

const REMEDY = "the page is stale: run `npm run reference`";

describe("the reference", () => {
  it("has the table of annotations", () => {
    assert.equal(page("annotations.md"), renderAnnotationsPage(ANNOTATIONS), REMEDY);
  });

  it("has the catalogue of Problems", () => {
    const catalogue = { ...SOURCE_PROBLEMS, ...TRANSLATE_PROBLEMS, ...PUBLISH_PROBLEMS };
    assert.equal(page("problems.md"), renderProblemsPage(catalogue), REMEDY);
  });

  it("names every annotation", () => {
    const text = page("annotations.md");
    for (const { name } of ANNOTATIONS) assert.ok(text.includes(`| \`${name}\` |`), name);
  });
});
