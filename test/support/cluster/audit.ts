import { readFile } from "node:fs/promises";
import type { Manifest } from "../manifests.ts";

/** What the API server notes: who asked for what, and what it said, of service accounts only. */
export const AUDIT_POLICY: Manifest = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata", userGroups: ["system:serviceaccounts"] }, { level: "None" }],
};

/** A request that the API server has answered. */
export interface AuditedRequest {
  readonly user: string;
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** `ingresses/status` for a part of one. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: number;
}

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

function requestOf({ verb, user, objectRef = {}, responseStatus = {} }: AuditLine): AuditedRequest {
  const { apiGroup = "", resource = "", subresource, namespace = "", name = "" } = objectRef;
  return {
    user: user.username,
    verb,
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    status: responseStatus.code ?? 0,
  };
}

/** What an audit log says so far; a line that is being written is left out. */
export async function readAudit(file: string): Promise<readonly AuditedRequest[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").filter((line) => line !== "");
  return lines.map((line) => requestOf(JSON.parse(line) as AuditLine));
}
