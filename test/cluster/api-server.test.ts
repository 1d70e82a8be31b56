import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ApiServer } from "../support/cluster/api-server.ts";
import { podAddress, podAddress6 } from "../support/cluster/own-network.ts";
import { ingress, service, slices } from "../support/manifests.ts";

/** What every other test in this folder takes for granted. */
describe("the tests' API server", () => {
  let api: ApiServer;
  before(async () => {
    api = await ApiServer.start();
  });
  after(() => api?.stop());

  it("is of kubectl's own version", async () => {
    const { clientVersion, serverVersion } = JSON.parse(await api.admin.run("version", "--output", "json"));
    assert.equal(serverVersion.gitVersion, clientVersion.gitVersion);
  });

  it("takes endpoints with pods' addresses, and none of this machine's own", async () => {
    const at = (address: string) => slices([{ name: "one", address, port: 8080 }].map((endpoint) => ({ endpoint })));
    await api.admin.apply([service(), ...at(podAddress(1))]);
    await api.admin.apply([...slices([{ endpoint: { name: "six", address: podAddress6(1), port: 8080 } }])]);
    await assert.rejects(api.admin.apply(at("127.0.0.1")), /loopback range/);
  });

  it("checks what it is given", async () => {
    const manifest = { ...ingress(), spec: { ingressClassName: "nginx", roules: [] } };
    await assert.rejects(api.admin.apply([manifest]), /roules/);
  });

  it("lets a service account do what its role says, and no more", async () => {
    const account = await api.serviceAccount("limpet", "reader");
    await assert.rejects(account.run("get", "ingresses"), /forbidden/);
    await api.admin.run("create", "clusterrole", "reader", "--verb=get,list", "--resource=ingresses");
    await api.admin.run(
      "create",
      "clusterrolebinding",
      "reader",
      "--clusterrole=reader",
      "--serviceaccount=limpet:reader",
    );
    assert.match(await account.run("auth", "whoami"), /system:serviceaccount:limpet:reader/);
    assert.equal(await account.run("get", "ingresses", "--output", "name"), "");
    await assert.rejects(account.run("get", "secrets"), /forbidden/);
    await assert.rejects(account.run("delete", "ingress", "any"), /forbidden/);
  });

  it("is the same one after it was away", async () => {
    await api.admin.apply([ingress({ name: "kept" })]);
    await api.halt();
    await assert.rejects(api.admin.run("get", "ingress", "kept"), /refused/);
    await api.resume();
    assert.match(await api.admin.run("get", "ingress", "kept"), /kept/);
  });
});
