import { eachTally } from "./metrics/flush.ts";
import { takePush } from "./push.ts";
import { servedGeneration, state } from "./shared-state.ts";

/** Quotes text of our own for JSON; it holds no byte of a user but those of an entry's name. */
function quote(text: string): string {
  let quoted = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    quoted = quoted + (code < 32 || code > 126 || code === 34 || code === 92 ? "?" : text.substring(i, i + 1));
  }
  return `"${quoted}"`;
}

function describeWorker(id: number): string {
  const text = state.get(`worker/${id}`) as string | undefined;
  if (text === undefined) return "";
  const blank = text.indexOf(" ");
  return `{"id":${id},"pid":${text.substring(0, blank)},"generation":${text.substring(blank + 1)}}`;
}

const CONNECTION_STATES = ["active", "reading", "writing", "waiting"];

/** NGINX's own count of client connections, as far as it was built to keep one. */
function describeConnections(): string {
  let list = "";
  for (let i = 0; i < CONNECTION_STATES.length; i++) {
    const name = CONNECTION_STATES[i] as string;
    const count = ngx.var[`connections_${name}`];
    if (count !== undefined) list = `${list}${list === "" ? "" : ","}"${name}":${count}`;
  }
  return `{${list}}`;
}

/** GET /state: what is being served, and what each worker has taken up. */
export function reportState(): void {
  let workers = "";
  for (let id = 0; id < ngx.worker.count(); id++) {
    const one = describeWorker(id);
    workers = workers === "" || one === "" ? workers + one : `${workers},${one}`;
  }
  const lineage = (state.get("lineage") ?? "") as string;
  ngx.print(
    `{"lineage":${quote(lineage)},"generation":${servedGeneration()},"workers":[${workers}],"connections":${describeConnections()}}\n`,
  );
}

/** GET /tallies: what the workers have counted, each tally a frame. */
export function reportTallies(): void {
  eachTally((encoded) => ngx.print(`${encoded.length}\n${encoded}`));
}

function answerRefusal(status: number, reason: string, detail: string): void {
  ngx.log(ngx.WARN, "limpet: push refused: ", detail);
  ngx.status = status;
  ngx.print(`{"refused":${quote(reason)},"detail":${quote(detail)}}\n`);
}

/** POST /push: see push.ts. */
export function receivePush(): void {
  const [socket, error] = ngx.req.socket();
  if (socket === undefined) return answerRefusal(400, "malformed", error ?? "no body");
  const result = takePush(socket);
  if (!result.ok) return answerRefusal(result.status, result.refused, result.detail);
  ngx.print(`{"generation":${result.generation}}\n`);
}
