import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ApiEmulator } from "./api-emulator.ts";
import { call, INGRESSES, ingressNamed, namesOf, TestWatch, WEB } from "./test-client.ts";

const WATCH = `${INGRESSES}?watch=1&allowWatchBookmarks=1&resourceVersion=`;
const SERVICES = "/api/v1/services";

for (const [version, options] of [
  ["HTTP/1.1", {}],
  ["HTTP/2", { tls: true }],
] as const)
  describe(`a fault, over ${version},`, () => {
    let api: ApiEmulator;
    beforeEach(async () => {
      api = await ApiEmulator.start(options);
      for (const name of ["a", "b", "c", "d"]) api.apply(ingressNamed(name));
    });
    afterEach(() => api.stop());

    const watchFromNow = () => TestWatch.open(api, WATCH + api.resourceVersion);

    it("answers so many requests of its scope with a status, and then no more", async () => {
      const fault = api.faults.answer({ verb: "list", resource: "ingresses" }, { status: 429, retryAfter: 7 }, 2);
      assert.equal((await call(api, "GET", SERVICES)).status, 200);
      for (let i = 0; i < 2; i += 1) {
        const reply = await call(api, "GET", INGRESSES);
        assert.deepEqual([reply.status, reply.headers["retry-after"]], [429, "7"]);
        assert.equal(reply.json()["reason"], "TooManyRequests");
      }
      assert.equal((await call(api, "GET", INGRESSES)).status, 200);
      assert.equal(fault.met, 2);
    });

    it("answers until it is lifted", async () => {
      const fault = api.faults.answer({}, { status: 503 });
      for (let i = 0; i < 3; i += 1) assert.equal((await call(api, "GET", SERVICES)).status, 503);
      assert.equal((await call(api, "GET", `${WATCH}1`)).status, 503);
      fault.lift();
      assert.equal((await call(api, "GET", SERVICES)).status, 200);
    });

    it("keeps a refused write from taking effect", async () => {
      api.faults.answer({ verb: "create" }, { status: 500 }, 1);
      assert.equal((await call(api, "POST", WEB, { body: ingressNamed("e") })).status, 500);
      assert.equal(api.get("ingresses", "default", "e"), undefined);
    });

    it("calls every watch's version too old, in the stream or by status", async () => {
      api.faults.gone({ resource: "ingresses" });
      for (let i = 0; i < 2; i += 1) {
        const { type, object } = await (await watchFromNow()).next();
        assert.deepEqual([type, object["code"]], ["ERROR", 410]);
      }
      api.faults.gone({}, "http", 1);
      assert.equal((await watchFromNow()).status, 410);
      assert.equal((await watchFromNow()).status, 200);
    });

    it("tells open watches 410 once", async () => {
      const watch = await watchFromNow();
      assert.equal(api.faults.goneNow(), 1);
      assert.equal((await watch.next()).type, "ERROR");
      assert.ok(await watch.over);
      const again = await watchFromNow();
      api.apply(ingressNamed("e"));
      assert.deepEqual(await again.names(1), ["ADDED e"]);
    });

    it("leaves watches half open: neither a word nor an end, though things happen", async () => {
      const open = await watchFromNow();
      const fault = api.faults.halfOpen({ resource: "ingresses" });
      const accepted = await watchFromNow();
      fault.lift();
      api.apply(ingressNamed("e"));
      api.sendBookmarks();
      const control = await watchFromNow();
      api.apply(ingressNamed("f"));
      assert.deepEqual(await control.names(1), ["ADDED f"]);
      assert.deepEqual([open.waiting, open.rest, accepted.waiting, accepted.rest], [0, "", 0, ""]);
      assert.equal(api.watches().filter((watch) => watch.muted).length, 2);
      open.close();
      await api.until(() => api.watches().length === 2);
    });

    it("is silent for as long as it likes, and then says everything in order", async () => {
      const watch = await watchFromNow();
      const silence = api.faults.silence();
      api.apply(ingressNamed("e"));
      api.sendBookmarks();
      api.delete("ingresses", "default", "a");
      await call(api, "GET", INGRESSES);
      assert.equal(watch.waiting, 0);
      silence.lift();
      assert.deepEqual(await watch.names(2), ["ADDED e", "DELETED a"]);
    });

    for (const [ending, inGoodOrder] of [
      ["close", true],
      ["fin", false],
      ["reset", false],
    ] as const) {
      it(`cuts a line of a watch in its middle and ends by ${ending}`, async () => {
        const watch = await watchFromNow();
        api.faults.cutLine({}, ending);
        api.apply(ingressNamed("e"));
        assert.equal(await watch.over, inGoodOrder);
        assert.equal(watch.waiting, 0);
        // A reset may overtake what was written before it.
        if (ending !== "reset") assert.match(watch.rest, /^{"type":"ADDED","object":/);
        assert.throws(() => JSON.parse(watch.rest));
        api.apply(ingressNamed("f"));
        assert.deepEqual(await (await TestWatch.open(api, `${WATCH}5`)).names(2), ["ADDED e", "ADDED f"]);
      });
    }

    it("cuts the body of a list by FIN before its stated length", async () => {
      const whole = await call(api, "GET", INGRESSES);
      api.faults.cutBody({ resource: "ingresses", verb: "list" });
      const cut = await call(api, "GET", INGRESSES);
      assert.deepEqual([cut.status, cut.aborted, cut.bytes.length], [200, true, whole.bytes.length >> 1]);
      assert.equal((await call(api, "GET", INGRESSES)).aborted, false);
    });

    it("cuts the body of a list in good order: only its JSON tells", async () => {
      api.faults.cutBody({ verb: "list" }, "close", 0.9);
      const cut = await call(api, "GET", INGRESSES);
      assert.equal(cut.aborted, false);
      assert.throws(() => cut.json(), SyntaxError);
    });

    it("omits objects from a page and breaks off on the next", async () => {
      api.faults.omit({ resource: "ingresses" }, (object) => object.metadata.name === "b", 1);
      api.faults.cutBody({ verb: "list", continued: true });
      const first = await call(api, "GET", `${INGRESSES}?limit=3`);
      assert.deepEqual(namesOf(first), ["a", "c"]);
      const { continue: token } = first.json()["metadata"] as { continue: string };
      assert.equal((await call(api, "GET", `${INGRESSES}?limit=3&continue=${token}`)).aborted, true);
    });

    it("holds an answer back until it is released; the answer is as old as the request", async () => {
      const hold = api.faults.hold({ verb: "list", resource: "ingresses" });
      const late = call(api, "GET", INGRESSES);
      await api.until(() => hold.met === 1);
      api.apply(ingressNamed("e"));
      assert.equal(api.requests.last?.status, undefined);
      hold.release();
      assert.deepEqual(namesOf(await late), ["a", "b", "c", "d"]);
      assert.equal(namesOf(await call(api, "GET", INGRESSES)).length, 5);
    });

    it("holds a request back before it takes effect", async () => {
      const hold = api.faults.hold({ verb: "create" }, "handling");
      const late = call(api, "POST", WEB, { body: ingressNamed("e") });
      await api.until(() => hold.met === 1);
      assert.equal(api.get("ingresses", "default", "e"), undefined);
      hold.release();
      assert.equal((await late).status, 201);
    });

    it("breaks connections before a write, or after it so that only the answer is lost", async () => {
      api.faults.reset({ verb: "create" }, "handling", 1);
      await assert.rejects(call(api, "POST", WEB, { body: ingressNamed("e") }), { code: "ECONNRESET" });
      assert.equal(api.get("ingresses", "default", "e"), undefined);
      api.faults.reset({ verb: "create" }, "answer", 1);
      await assert.rejects(call(api, "POST", WEB, { body: ingressNamed("e") }), { code: "ECONNRESET" });
      assert.ok(api.get("ingresses", "default", "e"));
    });

    it("breaks all connections at once", async () => {
      const watch = await watchFromNow();
      api.resetConnections();
      assert.equal(await watch.over, false);
      assert.equal((await call(api, "GET", INGRESSES)).status, 200);
    });

    it("refuses connections, and listens again on the same port with its objects", async () => {
      const { url } = api;
      const watch = await watchFromNow();
      await api.stopListening();
      assert.equal(await watch.over, false);
      await assert.rejects(call(api, "GET", INGRESSES), { code: "ECONNREFUSED" });
      api.apply(ingressNamed("e"));
      await api.listenAgain();
      assert.equal(api.url, url);
      assert.deepEqual(await (await TestWatch.open(api, `${WATCH}5`)).names(1), ["ADDED e"]);
    });

    it("tells bookmarks of other versions", async () => {
      const watch = await watchFromNow();
      const versions = [3, "1", 9999];
      api.faults.bookmarkVersion({}, () => versions.shift() ?? 0);
      for (let i = 0; i < 3; i += 1) api.sendBookmarks();
      const told = [await watch.next(), await watch.next(), await watch.next()];
      assert.deepEqual(
        told.map(({ object }) => object.metadata.resourceVersion),
        ["3", "1", "9999"],
      );
    });

    it("says anything on a watch", async () => {
      const watch = await watchFromNow();
      api.faults.sayEvent({}, "SURPRISE", { metadata: { name: "s" } });
      api.faults.say({}, "no JSON\n");
      assert.deepEqual(await watch.names(1), ["SURPRISE s"]);
      await assert.rejects(watch.next(), SyntaxError);
    });

    it("ends watches in good order", async () => {
      const watch = await watchFromNow();
      assert.equal(api.faults.endWatches({ resource: "services" }), 0);
      assert.equal(api.faults.endWatches({ resource: "ingresses" }), 1);
      assert.equal(await watch.over, true);
    });

    it("lets bodies and lines trickle, and still sends all of them", async () => {
      const whole = await call(api, "GET", INGRESSES);
      api.faults.trickle({ resource: "ingresses" }, 3);
      const slow = await call(api, "GET", INGRESSES);
      assert.deepEqual(slow.bytes, whole.bytes);
      const watch = await TestWatch.open(api, `${WATCH}1`);
      assert.deepEqual(await watch.names(4), ["ADDED a", "ADDED b", "ADDED c", "ADDED d"]);
    });
  });
