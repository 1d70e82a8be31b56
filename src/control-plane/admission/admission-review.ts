import { z } from "zod";
import type { Problem } from "../problems/problem.ts";
import type { Judgement } from "./judge.ts";

const API_VERSION = "admission.k8s.io/v1";

const review = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal("AdmissionReview"),
  request: z.object({
    uid: z.string().min(1),
    kind: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
    name: z.string().optional(),
    namespace: z.string().optional(),
    operation: z.string(),
    object: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** What the API server asks. */
export interface AdmissionQuestion {
  readonly uid: string;
  /** CREATE, UPDATE, DELETE, CONNECT. */
  readonly operation: string;
  /** `namespace/name`, for people. */
  readonly name: string;
  /** The Ingress; absent when it is deleted. */
  readonly object?: object;
}

/** A body that is no question of ours: the status of the answer and why, one sentence. */
export interface NoQuestion {
  readonly status: number;
  readonly why: string;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isIngress({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === "networking.k8s.io" && kind === "Ingress";
}

/** Reads the body of a request (AdmissionReview, admission.k8s.io/v1). */
export function readReview(body: string): AdmissionQuestion | NoQuestion {
  const parsed = review.safeParse(parseJson(body));
  if (!parsed.success) return { status: 400, why: `This is no AdmissionReview of ${API_VERSION} with a request.` };
  const { uid, kind, operation, object, name = "", namespace = "" } = parsed.data.request;
  if (!isIngress(kind) || kind.version !== "v1") {
    const given = `${kind.group}/${kind.version} ${kind.kind}`;
    // As ingress-nginx answers it.
    return { status: 500, why: `Only networking.k8s.io/v1 Ingress is judged here, and this is ${given}.` };
  }
  const question = { uid, operation, name: `${namespace}/${name}` };
  return object === undefined || object === null ? question : { ...question, object };
}

/** Characters of a warning that the API server passes on whole; kubectl shows one a line. */
const LONGEST_WARNING = 256;
const MOST_WARNINGS = 10;

/** `spec.rules[0].host = "x"`; an annotation by its key alone. */
function place({ field, value }: Problem): string {
  const key = /^metadata\.annotations\["(.*)"\]$/.exec(field)?.[1] ?? field;
  return value === "" ? key : `${key} = ${JSON.stringify(value)}`;
}

function text({ message, hint }: Problem): string {
  return hint === "" ? message : `${message} ${hint}`;
}

function shorten(warning: string): string {
  return warning.length <= LONGEST_WARNING ? warning : `${warning.slice(0, LONGEST_WARNING - 1)}…`;
}

function warnings(problems: readonly Problem[]): readonly string[] {
  const shown = problems.slice(0, MOST_WARNINGS).map((problem) => {
    const { field, value } = problem;
    // A long value would leave no room for what is wrong with it.
    const at = place(value.length > 40 ? { ...problem, value: "" } : problem);
    return shorten(field === "" ? text(problem) : `${at}: ${text(problem)}`);
  });
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, `${left} more: limpet check shows all of them`] : shown;
}

/** The reasons for a refusal, as kubectl shows them: object, field, value, what is wrong and what to do. */
export function refusalMessage(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problem.object}: ${place(problem)}: ${text(problem)}`).join("\n");
}

/** The answer to a question, as the API server takes it. */
export function answerOf(uid: string, { refused, warned }: Judgement): object {
  const status = { status: "Failure", code: 400, reason: "BadRequest", message: refusalMessage(refused) };
  const response = {
    ...{ uid, allowed: refused.length === 0 },
    ...(refused.length > 0 && { status }),
    ...(warned.length > 0 && { warnings: warnings(warned) }),
  };
  return { apiVersion: API_VERSION, kind: "AdmissionReview", response };
}
