import { pendingGroup } from "../pending.ts";

export const BALANCING_ANNOTATIONS = pendingGroup("Balancing", [
  ["upstream-hash-by", "L", "R", "M", "Chooses the endpoint by a hash of NGINX variables.", "none"],
  ["upstream-hash-by-subset", "L", "R", "L", "Hashes to a subset of the endpoints.", "`false`"],
  ["upstream-hash-by-subset-size", "L", "R", "L", "Endpoints in that subset.", "`3`"],
  [
    "load-balance",
    "L",
    "R",
    "L",
    "How endpoints are chosen: `round_robin` or `ewma`.",
    "`round_robin`",
    ["round_robin"],
  ],
  ["service-upstream", "I", "D", "M", "Sends requests to the Service's own address.", "`false`"],
]);

export const RETRY_ANNOTATIONS = pendingGroup("Timeouts and retries", [
  ["proxy-next-upstream", "L", "D", "M", "Which failures are tried again.", "`error timeout`"],
  ["proxy-next-upstream-tries", "L", "D", "M", "Attempts in all.", "`3`"],
  ["proxy-next-upstream-timeout", "L", "D", "L", "Seconds that all attempts may take.", "`0`: no limit"],
  ["proxy-connect-timeout", "L", "D", "H", "Seconds until a connection counts as failed.", "`5`"],
  ["proxy-send-timeout", "L", "D", "H", "Seconds between two writes to the endpoint.", "`60`"],
  ["proxy-read-timeout", "L", "D", "H", "Seconds between two reads from the endpoint.", "`60`"],
]);
