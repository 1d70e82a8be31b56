import type { Problem } from "../problems/problem.ts";
import { type ClusterEvent, type EventSubject, fitMessage } from "./cluster-event.ts";

/** `affinity/max-age-not-seconds` → `AffinityMaxAgeNotSeconds`: a reason as Kubernetes writes them, one for each code. */
export function reasonOf(code: string): string {
  return code.replace(/(?:^|[/-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function messageOf({ field, value, message, hint }: Problem): string {
  const place = value === "" ? field : `${field}: ${JSON.stringify(value)}`;
  return fitMessage([place === "" ? "" : `${place}.`, message, hint].filter((part) => part !== "").join(" "));
}

/** What a Problem looks like in `kubectl describe`: its field and value, what is wrong, what to write instead. */
export function problemEvent(
  problem: Problem,
  subject: EventSubject,
  date: number,
  ifThere: ClusterEvent["ifThere"],
): ClusterEvent {
  const { code } = problem;
  return { type: "Warning", reason: reasonOf(code), message: messageOf(problem), subject, date, ifThere };
}
