import type { Transport } from "../workload.ts";
import { type Answer, type Connection, type Dial, HttpConnection } from "./http-connection.ts";
import { Http2Connection } from "./http2-connection.ts";
import { dialResumed, dialTls } from "./tls.ts";

/** A client that opens a connection for each request. */
class ShortConnections implements Connection {
  readonly #port: number;
  readonly #dial: Dial;

  constructor(port: number, dial: Dial) {
    this.#port = port;
    this.#dial = dial;
  }

  async send(request: string): Promise<Answer> {
    const connection = new HttpConnection(this.#port, this.#dial);
    try {
      return await connection.send(request);
    } finally {
      connection.close();
    }
  }

  close(): void {}
}

/** What a client of this kind sends its requests on. */
export function connectionOf(transport: Transport, port: number): Connection {
  switch (transport) {
    case "plain":
      return new HttpConnection(port);
    case "tls":
      return new HttpConnection(port, (to) => dialTls(to));
    case "handshakes":
      return new ShortConnections(port, (to) => dialTls(to));
    case "resumptions":
      return new ShortConnections(port, dialResumed());
    case "http2":
      return new Http2Connection(port);
  }
}
