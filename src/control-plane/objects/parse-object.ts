import type { Problem } from "../problems/problem.ts";
import { apiVersionNotServed, objectWrongShape, type Subject } from "../problems/source-problems.ts";
import { typeName } from "./fault.ts";
import { isMapping } from "./is-mapping.ts";
import { KINDS, type KindReader } from "./kinds.ts";
import { type KubernetesObject, objectName } from "./model.ts";
import { LOST, Part } from "./part.ts";
import { readMetadata } from "./schemas/metadata.ts";
import { showValue } from "./show-value.ts";
import { listOf } from "./unfold.ts";

/**
 * `ok`: the object, with a Problem for each part of it that had to be left out. `ignored`: a kind that is not ours.
 * Otherwise the object is left out, for the reasons in `problems`.
 */
export type ParseResult =
  | { readonly ok: true; readonly object: KubernetesObject; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly ignored: false; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly ignored: true; readonly kind: string };

function refused(...problems: Problem[]): ParseResult {
  return { ok: false, ignored: false, problems };
}

/** The object's name as far as it can be told before it is known to be right. */
function nameOf(kind: string, raw: Record<string, unknown>, reader: KindReader): string {
  const metadata = isMapping(raw.metadata) ? raw.metadata : {};
  const { name, namespace } = metadata;
  if (typeof name !== "string" || name === "") return kind;
  const place = typeof namespace === "string" && namespace !== "" ? namespace : "default";
  return objectName(kind, { namespace: reader.namespaced ? showValue(place) : "", name: showValue(name) });
}

/**
 * Whether a group of the API is somebody else's, whose kinds only have the same names as ours
 * (`serving.knative.dev/v1` has a Service too). Ours were in groups without a dot, such as `extensions`, before.
 */
function isForeign(apiVersion: unknown): boolean {
  if (typeof apiVersion !== "string" || !apiVersion.includes("/")) return false;
  const group = apiVersion.slice(0, apiVersion.indexOf("/"));
  return group.includes(".") && !group.endsWith(".k8s.io");
}

function withoutKind(raw: unknown): ParseResult {
  const kind = isMapping(raw) ? raw.kind : undefined;
  const wrong = isMapping(raw) ? "This has no kind" : `This is ${typeName(raw)} where a Kubernetes object belongs`;
  const subject: Subject = { object: "", field: isMapping(raw) ? "kind" : "", value: showValue(kind) };
  return refused(
    objectWrongShape(subject, wrong, "Write apiVersion, kind and metadata, or move it out of the folder."),
  );
}

function passedOver(kind: string, _raw: Record<string, unknown>): ParseResult {
  if (listOf(kind) === undefined) return { ok: false, ignored: true, kind };
  const subject: Subject = { object: showValue(kind), field: "items", value: "" };
  return refused(objectWrongShape(subject, "The items of this cannot be read", "Write items as a list of objects."));
}

function parseKind(reader: KindReader, object: string, raw: Record<string, unknown>): ParseResult {
  const problems: Problem[] = [];
  const whole = Part.root(raw, object, problems);
  const part = reader.confidential ? whole.hidden() : whole;
  const metadata = readMetadata(part.at("metadata"), reader);
  const parsed = metadata === LOST ? LOST : reader.read(part, metadata);
  return parsed === LOST ? refused(...problems) : { ok: true, object: parsed, problems };
}

/**
 * Reads one Kubernetes object as the API server or a manifest gives it, trims it to the model and fills the API's
 * defaults in. Never throws.
 *
 * @param raw plain data: what JSON or YAML gives, of any shape; lists go through `unfold` first
 */
export function parseObject(raw: unknown): ParseResult {
  if (!isMapping(raw) || typeof raw.kind !== "string" || raw.kind === "") return withoutKind(raw);
  const kind = raw.kind;
  const reader = KINDS.get(kind);
  if (reader === undefined) return passedOver(kind, raw);
  const apiVersion = raw.apiVersion;
  if (apiVersion === reader.apiVersion) return parseKind(reader, nameOf(kind, raw, reader), raw);
  if (isForeign(apiVersion)) return { ok: false, ignored: true, kind };
  const subject = { object: nameOf(kind, raw, reader), field: "apiVersion", value: showValue(apiVersion) };
  return refused(apiVersionNotServed(subject, reader.apiVersion));
}
