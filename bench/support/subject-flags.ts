import { SUBJECTS } from "../subjects/catalogue.ts";
import type { Subject } from "../subjects/subject.ts";
import { WORKLOADS, type Workload } from "../workload.ts";
import { BODY_PATHS, type BodySize } from "./endpoints.ts";
import { oneOf, pickNamed, wholeNumber } from "./flags.ts";
import { REQUEST_SHAPES, type RequestShape } from "./requests.ts";

/** What every benchmark of proxies takes, for parseArgs. */
export const SUBJECT_FLAGS = {
  subjects: { type: "string" },
  case: { type: "string" },
  endpoints: { type: "string", default: "4" },
  routes: { type: "string", default: "1" },
  body: { type: "string", default: "small" },
  request: { type: "string", default: "browser" },
  "access-log": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const BODY_SIZES = Object.keys(BODY_PATHS) as BodySize[];
const SHAPES = Object.keys(REQUEST_SHAPES) as RequestShape[];

function names(all: readonly { readonly name: string }[]): string {
  return all.map((one) => one.name).join(", ");
}

export const SUBJECT_HELP = `  --subjects A,B     ${names(SUBJECTS)} (all)
  --case A,B         ${names(WORKLOADS)} (all)
  --endpoints N      endpoints of the Backend (4)
  --routes N         hosts with one Route each, of which the clients ask for one (1)
  --body SIZE        what an endpoint answers: ${BODY_SIZES.join(", ")} (small)
  --request SHAPE    what a request carries: ${SHAPES.join(", ")} (browser)
  --access-log       with the access log on, in all of them
  --json             the table as JSON
  --help             this text`;

interface SubjectValues {
  readonly subjects?: string | undefined;
  readonly case?: string | undefined;
  readonly endpoints: string;
  readonly routes: string;
  readonly body: string;
  readonly request: string;
  readonly "access-log": boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws UsageError for a value that is none of those that the help names */
export function readSubjectFlags(
  values: SubjectValues,
  subjects: readonly Subject[],
  workloads: readonly Workload[] = WORKLOADS,
) {
  return {
    subjects: pickNamed("subjects", values.subjects, subjects),
    workloads: pickNamed("case", values.case, workloads),
    endpoints: wholeNumber("endpoints", values.endpoints, 1),
    routes: wholeNumber("routes", values.routes, 1),
    body: oneOf("body", values.body, BODY_SIZES),
    request: oneOf("request", values.request, SHAPES),
    accessLog: values["access-log"],
    json: values.json,
    help: values.help,
  };
}
