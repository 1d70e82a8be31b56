import { pendingGroup } from "../pending.ts";

export const CANARY_ANNOTATIONS = pendingGroup("Canary", [
  ["canary", "I", "D", "M", "Makes the Ingress an alternative that gets a share of the requests.", "`false`"],
  ["canary-weight", "I", "D", "M", "The share of the canary.", "`0`"],
  ["canary-weight-total", "I", "D", "L", "What the weight is a share of.", "`100`"],
  ["canary-by-header", "I", "D", "M", "A request header that says `always` or `never`.", "none"],
  ["canary-by-header-value", "I", "D", "M", "The value of that header that chooses the canary.", "none"],
  ["canary-by-header-pattern", "I", "D", "L", "A regular expression for the value of that header.", "none"],
  ["canary-by-cookie", "I", "D", "M", "A cookie that says `always` or `never`.", "none"],
]);

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
