import http from "node:http";
import { cookieOf, type Reply, send } from "./client.ts";
import type { Limpet } from "./limpet.ts";
import { quantile } from "./row.ts";

export interface Session {
  readonly cookie: string;
  readonly endpoint: string;
}

/** First requests: what a number of new clients get. */
export async function openSessions(limpet: Pick<Limpet, "send">, host: string, count: number): Promise<Session[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const sessions: Session[] = [];
  try {
    while (sessions.length < count) {
      const batch = Math.min(8, count - sessions.length);
      const replies = await Promise.all(Array.from({ length: batch }, () => limpet.send({ host, agent })));
      for (const reply of replies) sessions.push({ cookie: cookieOf(reply), endpoint: reply.endpoint });
    }
  } finally {
    agent.destroy();
  }
  return sessions;
}

export interface SessionLoadOptions {
  /** Whether a session that is moved goes on with its new cookie; a move counts once then, and not with every request. */
  readonly followsMoves?: boolean;
}

/** Sessions that are used without a pause over keep-alive connections, and what goes wrong with them. */
export class SessionLoad {
  readonly failed: string[] = [];
  moved = 0;
  requests = 0;
  private readonly durations: number[] = [];
  private running = true;
  private readonly followsMoves: boolean;
  private readonly loops: Promise<void>[];
  /** The request of each session that is under way. */
  private readonly underWay: Promise<Reply>[] = [];

  constructor(port: number, host: string, sessions: readonly Session[], options: SessionLoadOptions = {}) {
    this.followsMoves = options.followsMoves ?? false;
    this.loops = sessions.map((session, i) => this.loop(port, host, session, i));
  }

  private async loop(port: number, host: string, first: Session, index: number): Promise<void> {
    let session = first;
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (this.running) {
      const start = performance.now();
      try {
        const sent = send(port, { host, cookie: session.cookie, agent });
        this.underWay[index] = sent;
        const reply = await sent;
        if (reply.status !== 200) this.failed.push(String(reply.status));
        else if (reply.endpoint !== session.endpoint || reply.setCookies.length > 0) {
          this.moved++;
          if (this.followsMoves) session = { cookie: cookieOf(reply), endpoint: reply.endpoint };
        }
      } catch (error) {
        this.failed.push(String(error));
      }
      this.requests++;
      this.durations.push(performance.now() - start);
    }
    agent.destroy();
  }

  /** Milliseconds. */
  p99(): number {
    return quantile(this.durations, 0.99);
  }

  /** Resolves once every request that is under way now has been answered, or has failed. */
  async answered(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.loops);
  }
}
