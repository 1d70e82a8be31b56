import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DataPlane } from "../support/data-plane.ts";
import { freePort } from "../support/free-port.ts";
import { handshake, sessionOf } from "../support/tls-client.ts";

/** What time does: the keys of tickets are gone. */
const FORGET = 'location = /forget { content_by_lua_block { ngx.shared.limpet_state:delete("ticket-keys") } }';

describe("session tickets", () => {
  let dataPlane: DataPlane;
  let port: number;

  before(async () => {
    port = await freePort();
    dataPlane = await DataPlane.start({
      nginx: { httpsPort: port },
      edit: (config) => config.replace("location / {", `${FORGET}\n        location / {`),
    });
  });
  after(() => dataPlane.stop());

  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`are good for a session until their keys are replaced, in ${maxVersion}`, async () => {
      const session = await sessionOf(port, "any.test", { maxVersion });
      const resumes = async () => (await handshake(port, "any.test", { maxVersion, session })).resumed;
      assert.equal(await resumes(), true);
      assert.equal((await dataPlane.send({ path: "/forget" })).status, 200);
      // The next whole handshake makes others.
      assert.equal((await handshake(port, "any.test", { maxVersion })).resumed, false);
      assert.equal(await resumes(), false);
      const later = await sessionOf(port, "any.test", { maxVersion });
      assert.equal((await handshake(port, "any.test", { maxVersion, session: later })).resumed, true);
    });
  }

  it("leave nothing in the log", () => {
    assert.equal(dataPlane.log, "");
  });
});
