import type { JsonObject } from "./api-object.ts";
import { groupPath } from "./request-info.ts";
import { API_VERSION, RESOURCES, type Resource } from "./resources.ts";

const VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"];
const STATUS_VERBS = ["get", "patch", "update"];

function resourcesOf(resource: Resource): JsonObject[] {
  const { plural, kind, namespaced, emptyStatus } = resource;
  const main = { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: VERBS };
  const status = { name: `${plural}/status`, singularName: "", namespaced, kind, verbs: STATUS_VERBS };
  return emptyStatus === undefined ? [main] : [main, status];
}

function resourceList(group: string): JsonObject {
  const resources = RESOURCES.filter((resource) => resource.group === group).flatMap(resourcesOf);
  const groupVersion = group === "" ? API_VERSION : `${group}/${API_VERSION}`;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function groupOf(name: string): JsonObject {
  const version = { groupVersion: `${name}/${API_VERSION}`, version: API_VERSION };
  return { name, versions: [version], preferredVersion: version };
}

const GROUPS = [...new Set(RESOURCES.map((resource) => resource.group))];
const NAMED_GROUPS = GROUPS.filter((group) => group !== "").map(groupOf);

const PAGES: ReadonlyMap<string, JsonObject> = new Map([
  ["/version", { major: "1", minor: "36", gitVersion: "v1.36.3", platform: "linux/amd64" }],
  ["/api", { kind: "APIVersions", versions: [API_VERSION] }],
  ["/apis", { kind: "APIGroupList", apiVersion: "v1", groups: NAMED_GROUPS }],
  ...GROUPS.map((group) => [groupPath(group), resourceList(group)] as const),
]);

/** The pages that tell what is served, and the server's version. @returns JSON, or undefined for another path */
export function discoveryPage(path: string): string | undefined {
  const page = PAGES.get(path);
  return page === undefined ? undefined : `${JSON.stringify(page)}\n`;
}
