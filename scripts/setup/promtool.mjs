// @ts-check
import { projectEnvironment } from "./checkout.mjs";
import { ensureCommands } from "./commands.mjs";

/**
 * Prometheus's own check of metrics, for the slow suites. Its package brings the server too, which never runs.
 *
 * @type {import("./packages.mjs").Wanted}
 */
export const PROMTOOL = {
  name: "promtool",
  packages: ["prometheus"],
  service: "prometheus",
  task: "promtool",
  byHand: "install Prometheus 2.42 or newer and put promtool on the PATH",
};

/** Installs promtool when it is not there. */
export function ensurePromtool() {
  ensureCommands(PROMTOOL, ["promtool"], projectEnvironment());
}
