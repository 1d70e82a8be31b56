// Writes the pages of docs/reference/ that are made from tables in the code: npm run reference
import { writeFileSync } from "node:fs";
import { cliReference } from "../src/cli/cli-reference.ts";
import { ANNOTATIONS } from "../src/control-plane/annotations/annotation-table.ts";
import { renderAnnotationsPage } from "../src/control-plane/annotations/render-annotations-page.ts";
import { renderConformancePage } from "../src/control-plane/annotations/render-conformance-page.ts";
import { PROBLEMS } from "../src/control-plane/problems/catalogue.ts";
import { renderProblemsPage } from "../src/control-plane/problems/render-problems-page.ts";
import { SETTINGS } from "../src/control-plane/settings/setting-table.ts";

const reference = new URL("../docs/reference/", import.meta.url);

writeFileSync(new URL("annotations.md", reference), renderAnnotationsPage(ANNOTATIONS));
writeFileSync(new URL("problems.md", reference), renderProblemsPage(PROBLEMS));
writeFileSync(new URL("cli.md", reference), cliReference());
writeFileSync(new URL("ingress-nginx.md", reference), renderConformancePage(ANNOTATIONS, SETTINGS));
