import { ApiEmulator } from "./api-emulator.ts";
import { describeContract } from "./contract.ts";

const token = "admin";

describeContract("the API emulator, over HTTP/2 too,", async () => {
  const api = await ApiEmulator.start({ tokens: [token], tls: true });
  return { url: api.url, authority: api.authority, token, http2: api.http2, stop: () => api.stop() };
});

describeContract("the API emulator, where a real API server answers alike,", async () => {
  const api = await ApiEmulator.start({ tokens: [token] });
  return { url: api.url, token, stop: () => api.stop() };
});
