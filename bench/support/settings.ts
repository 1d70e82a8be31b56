import { WORKLOADS, type Workload } from "../workload.ts";
import type { BodySize } from "./endpoints.ts";
import type { RequestShape } from "./requests.ts";

/** One line of the table of everything. */
export interface Setting {
  /** What is different from one Route, four endpoints, a small body and a browser's request. */
  readonly name: string;
  readonly workload: Workload;
  readonly routes: number;
  readonly endpoints: number;
  readonly body: BodySize;
  readonly request: RequestShape;
  readonly accessLog: boolean;
}

type Difference = Partial<Pick<Setting, "routes" | "endpoints" | "body" | "request" | "accessLog">>;

const PLAIN = { routes: 1, endpoints: 4, body: "small", request: "browser", accessLog: false } as const;

function settingsOf(name: string, cases: readonly string[], difference: Difference): readonly Setting[] {
  const workloads = WORKLOADS.filter((workload) => cases.includes(workload.name));
  return workloads.map((workload) => ({ ...PLAIN, ...difference, name, workload }));
}

const ALL_CASES = WORKLOADS.map(({ name }) => name);
const STICKS = ["stick-persistent", "stick-balanced"];
const STICK = ["stick-persistent"];

/** The name of the settings that the others are compared with. */
export const PLAIN_NAME = "1 route, 4 endpoints";

/** Everything without an access log, in the order of the table. */
export const SETTINGS: readonly Setting[] = [
  ...settingsOf(PLAIN_NAME, ALL_CASES, {}),
  ...settingsOf("1,000 routes", STICKS, { routes: 1000 }),
  ...settingsOf("10,000 routes", STICKS, { routes: 10_000 }),
  ...settingsOf("200 endpoints", STICKS, { endpoints: 200 }),
  ...settingsOf("5,000 endpoints", STICKS, { endpoints: 5000 }),
  ...settingsOf("body of 1 KB", STICK, { body: "1k" }),
  ...settingsOf("body of 100 KB", STICK, { body: "100k" }),
  ...settingsOf("20 cookies, 30 headers", STICK, { request: "large" }),
];

/** The four cases once more, with access logs on everywhere. */
export const LOGGED_SETTINGS: readonly Setting[] = settingsOf(PLAIN_NAME, ALL_CASES, { accessLog: true });
