import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiError } from "../kubernetes/api-client.ts";
import { FakeApi, type RawObject } from "../kubernetes/fake-api.ts";
import { accept } from "../objects/accept.ts";
import type { LoadBalancerAddress } from "../objects/model.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import { StatusWriter } from "./status-writer.ts";

const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
const SECOND = 1000;
const OURS: readonly LoadBalancerAddress[] = [{ ip: "192.0.2.1" }];

describe("StatusWriter", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let writer: StatusWriter;
  let leads: boolean;
  let followed: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    leads = true;
    followed = true;
    writer = make("limpet", () => leads);
  });

  afterEach(async () => {
    const stopped = writer.stop();
    await clock.advance(10 * SECOND);
    await stopped;
    assert.equal(clock.waiting, 0, "a writer leaves no timer behind");
  });

  function make(by: string, mayWrite: () => boolean): StatusWriter {
    return new StatusWriter({
      client: api.client(by),
      clock,
      log: pino({ level: "silent" }),
      mayWrite,
      isOurs: ({ ingressClassName }) => ingressClassName === "limpet",
      random: () => 0,
    });
  }

  function raw(name: string, more: object = {}): RawObject {
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: "default", name },
      spec: { ingressClassName: "limpet" },
      ...more,
    };
  }

  /** Hands an Ingress to the writer as the watch would. */
  function tell(name: string, to = writer): void {
    const object = api.get(`${INGRESSES}/${name}`);
    if (object !== undefined) to.set(accept("Ingress", object).object);
  }

  /** Puts it on the server, and lets the writer know. */
  function put(name: string, more: object = {}): void {
    api.put(`${INGRESSES}/${name}`, raw(name, more));
    if (followed) tell(name);
  }

  function statusOf(name: string): unknown {
    const status = api.get(`${INGRESSES}/${name}`)?.["status"] as { loadBalancer?: { ingress?: unknown } } | undefined;
    return status?.loadBalancer?.ingress;
  }

  function withStatus(...ingress: readonly LoadBalancerAddress[]): object {
    return { status: { loadBalancer: { ingress } } };
  }

  it("writes what is published, once, and to the status alone", async () => {
    put("web", { spec: { ingressClassName: "limpet", rules: [{ host: "a.example.com" }] } });
    writer.publish(OURS);
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
    tell("web");
    writer.reconsider();
    await clock.advance(600 * SECOND);
    assert.deepEqual(
      api.requests.map(({ method, path }) => [method, path]),
      [["PATCH", `${INGRESSES}/web/status`]],
    );
    assert.deepEqual(api.get(`${INGRESSES}/web`)?.["spec"], {
      ingressClassName: "limpet",
      rules: [{ host: "a.example.com" }],
    });
  });

  it("writes nothing where it says the same in another order", async () => {
    put("web", withStatus({ hostname: "lb.example.com" }, { ip: "192.0.2.1" }));
    writer.publish([{ ip: "192.0.2.1" }, { hostname: "lb.example.com" }]);
    await settled();
    assert.equal(api.requests.length, 0);
  });

  it("writes nothing while nobody knows the addresses, and nothing while another leads", async () => {
    put("web", withStatus({ ip: "198.51.100.9" }));
    writer.publish(undefined);
    await settled();
    assert.equal(api.requests.length, 0);
    leads = false;
    writer.publish(OURS);
    await settled();
    assert.equal(api.requests.length, 0);
    leads = true;
    writer.reconsider();
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
  });

  it("stops in the middle when it leads no more", async () => {
    for (let i = 0; i < 100; i++) put(`web-${i}`);
    api.gate = async () => {
      if (api.requests.length >= 20) leads = false;
    };
    writer.publish(OURS);
    await settled();
    assert.ok(api.requests.length >= 20 && api.requests.length <= 28, `${api.requests.length} requests`);
  });

  it("has only so many writes under way", async () => {
    let underWay = 0;
    let most = 0;
    api.gate = async () => {
      most = Math.max(most, ++underWay);
      await settled();
      underWay--;
    };
    for (let i = 0; i < 100; i++) put(`web-${i}`);
    writer.publish(OURS);
    await writer.idle();
    assert.equal(most, 8);
    assert.equal(api.writes.length, 100);
  });

  it("restores a status that somebody wipes, at once", async () => {
    put("web");
    writer.publish(OURS);
    await settled();
    put("web", {});
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
    assert.equal(api.writes.length, 2);
  });

  it("restores it more and more slowly while somebody keeps wiping it", async () => {
    put("web");
    writer.publish(OURS);
    await settled();
    for (let second = 0; second < 600; second++) {
      if (statusOf("web") !== undefined) put("web", {});
      await clock.advance(SECOND);
    }
    assert.ok(api.writes.length > 5 && api.writes.length < 25, `${api.writes.length} writes in ten minutes`);
    await clock.advance(60 * SECOND);
    assert.deepEqual(statusOf("web"), OURS);
  });

  it("reads again after a conflict, and writes over what it has read", async () => {
    put("web");
    followed = false;
    put("web", { metadata: { namespace: "default", name: "web", labels: { team: "web" } } });
    writer.publish(OURS);
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ["PATCH", "GET", "PATCH"],
    );
    assert.deepEqual(api.get(`${INGRESSES}/web`)?.metadata["labels"], { team: "web" });
  });

  it("leaves an Ingress alone that turns out to be somebody else's by now", async () => {
    put("web");
    followed = false;
    put("web", { spec: { ingressClassName: "other" }, ...withStatus({ ip: "203.0.113.5" }) });
    writer.publish(OURS);
    await settled();
    assert.deepEqual(statusOf("web"), [{ ip: "203.0.113.5" }]);
  });

  it("leaves an Ingress alone that was made anew under the same name", async () => {
    put("web");
    followed = false;
    api.delete(`${INGRESSES}/web`);
    put("web", { metadata: { namespace: "default", name: "web", uid: "another" } });
    writer.publish(OURS);
    await settled();
    assert.equal(statusOf("web"), undefined);
    tell("web");
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
  });

  it("touches nothing any more of an Ingress that is not ours", async () => {
    put("web");
    writer.publish(OURS);
    await settled();
    writer.delete("default/web");
    writer.publish([{ ip: "192.0.2.2" }]);
    await writer.removeAll();
    assert.deepEqual(statusOf("web"), OURS);
  });

  it("is not led back by a watch that lags behind", async () => {
    put("web");
    const before = accept("Ingress", api.get(`${INGRESSES}/web`)).object;
    writer.publish(OURS);
    await settled();
    writer.set(before);
    await settled();
    assert.equal(api.requests.length, 1);
  });

  it("waits as the server asks when it is too busy, for all of them, and then writes all", async () => {
    for (let i = 0; i < 100; i++) put(`web-${i}`);
    const busy = { what: "PATCH", status: 429, reason: "TooManyRequests", detail: "", retryAfterSeconds: 20 };
    api.fault = () => new ApiError(busy);
    writer.publish(OURS);
    await clock.advance(19 * SECOND);
    assert.equal(api.requests.length, 8);
    api.fault = () => undefined;
    await clock.advance(2 * SECOND);
    for (let i = 0; i < 100; i++) assert.deepEqual(statusOf(`web-${i}`), OURS);
  });

  it("asks less and less often while the server is away", async () => {
    put("web");
    api.fault = () => new Error("The API server cannot be reached.");
    writer.publish(OURS);
    await clock.advance(600 * SECOND);
    assert.ok(api.requests.length > 10 && api.requests.length < 30, `${api.requests.length} requests in ten minutes`);
    api.fault = () => undefined;
    await clock.advance(31 * SECOND);
    assert.deepEqual(statusOf("web"), OURS);
  });

  it("goes on with the others when one is refused", async () => {
    put("bad");
    put("web");
    api.fault = ({ path }) =>
      path.includes("bad") ? new ApiError({ what: "PATCH", status: 422, reason: "Invalid", detail: "" }) : undefined;
    writer.publish(OURS);
    await settled();
    assert.deepEqual(statusOf("web"), OURS);
    await clock.advance(600 * SECOND);
    assert.equal(api.requests.length, 2);
  });

  it("takes its addresses out at the end, and nobody else's", async () => {
    put("web");
    put("other", withStatus({ ip: "203.0.113.5" }));
    writer.publish(OURS);
    await settled();
    leads = false;
    put("other", withStatus({ ip: "203.0.113.5" }));
    leads = true;
    await writer.removeAll();
    assert.equal(statusOf("web"), undefined);
    assert.deepEqual(statusOf("other"), [{ ip: "203.0.113.5" }]);
    tell("web");
    await settled();
    assert.equal(statusOf("web"), undefined, "it must not restore what it took out");
    put("web", withStatus({ ip: "203.0.113.5" }));
    await settled();
    assert.deepEqual(statusOf("web"), [{ ip: "203.0.113.5" }]);
  });

  it("leaves what somebody else wrote in the moment of its end", async () => {
    put("web");
    writer.publish(OURS);
    await settled();
    followed = false;
    put("web", withStatus({ ip: "203.0.113.5" }));
    await writer.removeAll();
    assert.deepEqual(statusOf("web"), [{ ip: "203.0.113.5" }]);
  });

  it("does not undo what another leader of the same controller wrote", async () => {
    let otherLeads = false;
    const other = make("other", () => otherLeads);
    put("web");
    tell("web", other);
    other.publish([{ ip: "192.0.2.2" }]);
    writer.publish(OURS);
    await settled();
    leads = false;
    otherLeads = true;
    other.reconsider();
    await settled();
    tell("web");
    tell("web", other);
    await clock.advance(600 * SECOND);
    assert.deepEqual(statusOf("web"), [{ ip: "192.0.2.2" }]);
    assert.equal(api.requests.filter(({ by }) => by === "limpet").length, 1);
    await other.stop();
  });
});
