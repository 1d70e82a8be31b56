import { openAccessLog } from "./access-log.ts";
import { receivePush, reportState, reportTallies } from "./control.ts";
import { balance } from "./phases/balance.ts";
import { log } from "./phases/log.ts";
import { rewrite } from "./phases/rewrite.ts";
import { unanswered } from "./phases/unanswered.ts";
import { world } from "./store.ts";

/** Runs once in each worker. */
function startWorker(): void {
  // The log phase, access line and counters in one, is longer than what LuaJIT records by default.
  jit.opt.start("maxrecord=16000", "maxirconst=2000");
  world.processId = ngx.worker.pid();
  math.randomseed(ngx.worker.pid() * 1000003 + Math.floor(ngx.now() * 1000));
}

/** What nginx.conf calls, under one global name: a phase's chunk only calls one plain function, which compiles. */
_G["limpet"] = {
  startWorker,
  openAccessLog,
  rewrite,
  balance,
  log,
  unanswered,
  reportState,
  reportTallies,
  receivePush,
};
