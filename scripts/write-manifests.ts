// Writes the plain manifests of deploy/kubernetes from the chart: npm run manifests
import { writeFileSync } from "node:fs";
import { MANIFESTS, renderManifests } from "./render-manifests.ts";

for (const file of Object.keys(MANIFESTS)) {
  writeFileSync(new URL(`../deploy/kubernetes/${file}`, import.meta.url), await renderManifests(file));
}
