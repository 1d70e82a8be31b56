import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMarkdown, formatTable } from "./table.ts";

const TABLE = {
  header: ["setting", "case", "req/s", "added"],
  rows: [
    ["1 route", "a|b", "1,444", "–"],
    ["2 routes", "stick", "20", "-0.10 (-0.20 to 0.00)"],
  ],
};

test("a table for people stands in columns", () => {
  assert.equal(
    formatTable(TABLE),
    [
      "setting    case  req/s                  added",
      "--------  -----  -----  ---------------------",
      "1 route     a|b  1,444                      –",
      "2 routes  stick     20  -0.10 (-0.20 to 0.00)",
    ].join("\n"),
  );
});

test("a table of Markdown has its numbers to the right, and no cell breaks it", () => {
  assert.equal(
    formatMarkdown(TABLE),
    [
      "| setting | case | req/s | added |",
      "| --- | --- | ---: | ---: |",
      "| 1 route | a\\|b | 1,444 | – |",
      "| 2 routes | stick | 20 | -0.10 (-0.20 to 0.00) |",
    ].join("\n"),
  );
});
