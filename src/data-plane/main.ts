import { openAccessLog } from "./access-log.ts";
import { tuneCollector } from "./collector.ts";
import { receivePush, reportState, reportTallies } from "./control.ts";
import { identify } from "./fingerprint.ts";
import { preparePatterns } from "./patterns.ts";
import { balance } from "./phases/balance.ts";
import { certificate } from "./phases/certificate.ts";
import { clientHello } from "./phases/client-hello.ts";
import { filterHeaders } from "./phases/filter-headers.ts";
import { filterInstead } from "./phases/filter-instead.ts";
import { intercept } from "./phases/intercept.ts";
import { log } from "./phases/log.ts";
import { resume, rewrite, rewriteTls } from "./phases/rewrite.ts";
import { unanswered } from "./phases/unanswered.ts";
import { authorityBalance, hearAuthority } from "./policies/authority-answer.ts";
import { beginCountingConnections } from "./policies/connection-limit.ts";
import { startPasswordThread } from "./policies/guard-by-password.ts";
import { beginKnowingPasswords } from "./policies/known-passwords.ts";
import { mirrorBalance, passMirrored } from "./policies/mirror.ts";
import { readBody } from "./policies/read-body.ts";
import { startRequestIds } from "./request-id.ts";
import { world } from "./store.ts";
import { toldHost } from "./told-host.ts";

/** From the kernel; undefined when it gives none. */
function randomBytes(count: number): string | undefined {
  const [file] = io.open("/dev/urandom", "rb");
  const bytes = file === undefined ? undefined : file.read(count);
  if (file !== undefined) file.close();
  return bytes;
}

/** Two workers that start in the same millisecond must not march in step. */
function seed(): number {
  const bytes = randomBytes(6);
  let number = ngx.worker.pid() * 1000003 + ngx.now() * 1000;
  if (bytes === undefined) return number;
  for (let i = 0; i < bytes.length; i++) number = (number * 256 + bytes.charCodeAt(i)) % 9007199254740881;
  return number;
}

/** Runs once in each worker. */
function startWorker(): void {
  // A phase is longer than what LuaJIT records by default, and it counts each tail call as a turn of a loop.
  jit.opt.start("maxrecord=16000", "maxirconst=2000", "loopunroll=60");
  tuneCollector();
  preparePatterns();
  world.processId = ngx.worker.pid();
  math.randomseed(seed());
  startRequestIds();
  beginCountingConnections();
  beginKnowingPasswords(randomBytes(20) ?? `${seed()}`);
  startPasswordThread();
}

/** What nginx.conf calls, under one global name: a phase's chunk only calls one plain function, which compiles. */
_G["limpet"] = {
  startWorker,
  identify,
  openAccessLog,
  clientHello,
  certificate,
  rewrite,
  readBody,
  rewriteTls,
  balance,
  filterHeaders,
  filterInstead,
  intercept,
  log,
  unanswered,
  passMirrored,
  mirrorBalance,
  resume,
  hearAuthority,
  authorityBalance,
  reportState,
  reportTallies,
  receivePush,
  toldHost,
};
