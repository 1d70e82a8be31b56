import type { JsonObject } from "./api-object.ts";
import { Refusal } from "./refusal.ts";
import type { Resource } from "./resources.ts";
import type { StoredObject } from "./stored-object.ts";

/** Whether a list or a watch shows an object. */
export type Selector = (object: StoredObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const SET = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const EXISTS = /^(!?)\s*([^\s!=,()]+)$/;
/** A comma that no closing parenthesis follows before an opening one. */
const OUTER_COMMA = /,(?![^(]*\))/;

function setRequirement(name: string, operator: string, list: string): Requirement {
  const values = new Set(list.split(",").map((value) => value.trim()));
  const wanted = operator === "in";
  return (labels) => values.has(labels[name] as string) === wanted;
}

function equalityRequirement(name: string, operator: string, value: string): Requirement {
  const wanted = operator !== "!=";
  return (labels) => (labels[name] === value) === wanted;
}

/** @returns undefined for what is no requirement */
function parseRequirement(text: string): Requirement | undefined {
  const [, setName, setOperator, list] = SET.exec(text) ?? [];
  if (setName !== undefined) return setRequirement(setName, setOperator as string, list as string);
  const [, name, operator, value] = EQUALITY.exec(text) ?? [];
  if (name !== undefined) return equalityRequirement(name, operator as string, value as string);
  const [, not, present] = EXISTS.exec(text) ?? [];
  if (present === undefined) return undefined;
  return (labels) => Object.hasOwn(labels, present) === (not === "");
}

/** Equality, sets and existence, as the reference "Labels and Selectors" of Kubernetes has them. */
export function parseLabelSelector(text: string): Selector | Refusal {
  const parts = text.split(OUTER_COMMA).map((part) => part.trim());
  const requirements = parts.filter((part) => part !== "").map(parseRequirement);
  if (requirements.includes(undefined)) return new Refusal(400, `unable to parse the label selector "${text}"`);
  return (object) => requirements.every((requirement) => requirement?.(object.labels));
}

/** A field of an object as text; what is not there counts as empty. */
function fieldOf(object: StoredObject, path: string): string {
  if (path === "metadata.name") return object.name;
  if (path === "metadata.namespace") return object.namespace;
  let value: unknown = JSON.parse(object.text);
  for (const step of path.split(".")) value = (value as JsonObject | undefined)?.[step];
  return value === undefined ? "" : String(value);
}

function selectable(resource: Resource, path: string): boolean {
  if (path === "metadata.name" || (path === "metadata.namespace" && resource.namespaced)) return true;
  return resource.selectableFields?.includes(path) ?? false;
}

export function parseFieldSelector(resource: Resource, text: string): Selector | Refusal {
  const requirements: Selector[] = [];
  for (const part of text.split(",").filter((it) => it !== "")) {
    const [, path, operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    if (path === undefined) return new Refusal(400, `unable to parse the field selector "${text}"`);
    if (!selectable(resource, path)) return new Refusal(400, `field label not supported: ${path}`);
    requirements.push((object) => (fieldOf(object, path) === value) === (operator !== "!="));
  }
  return (object) => requirements.every((requirement) => requirement(object));
}

export interface Selection {
  /** Undefined when everything is shown. */
  readonly selects: Selector | undefined;
}

/** What a request's namespace and its two selectors let through. */
export function parseSelection(resource: Resource, namespace: string, query: URLSearchParams): Selection | Refusal {
  const selectors: Selector[] = [];
  const labels = query.get("labelSelector") ?? "";
  const byLabels = labels === "" ? undefined : parseLabelSelector(labels);
  if (byLabels instanceof Refusal) return byLabels;
  if (byLabels !== undefined) selectors.push(byLabels);
  const fields = query.get("fieldSelector") ?? "";
  const byFields = fields === "" ? undefined : parseFieldSelector(resource, fields);
  if (byFields instanceof Refusal) return byFields;
  if (byFields !== undefined) selectors.push(byFields);
  if (namespace !== "") selectors.push((object) => object.namespace === namespace);
  if (selectors.length === 0) return { selects: undefined };
  return { selects: (object) => selectors.every((selects) => selects(object)) };
}
