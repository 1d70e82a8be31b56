import { pendingGroup } from "../pending.ts";

export const PROTOCOL_ANNOTATIONS = pendingGroup("Protocols", [
  [
    "backend-protocol",
    "L",
    "D",
    "H",
    "What endpoints speak: `HTTP`, `HTTPS`, `GRPC`, `GRPCS`, `FCGI`.",
    "`HTTP`",
    ["HTTP", "http"],
  ],
  ["proxy-http-version", "L", "D", "L", "The HTTP version towards endpoints.", "`1.1`"],
]);

export const HEADER_ANNOTATIONS = pendingGroup("Headers and cookies", [
  ["upstream-vhost", "L", "R", "M", "The Host header that endpoints see.", "the client's"],
  ["x-forwarded-prefix", "L", "R", "M", "A header added where the path is rewritten.", "none"],
]);

export const BUFFER_ANNOTATIONS = pendingGroup("Sizes and buffers", [
  ["proxy-body-size", "L", "D", "H", "The largest request body.", "`1m`"],
  ["client-body-buffer-size", "L", "R", "M", "The buffer for a request body.", "`8k`"],
  ["proxy-request-buffering", "L", "D", "M", "Whether a request is read whole before it is sent on.", "`on`"],
  ["proxy-buffering", "L", "D", "M", "Whether responses are buffered.", "`off`"],
  ["proxy-buffer-size", "L", "D", "H", "The buffer for response headers.", "`4k`"],
  ["proxy-buffers-number", "L", "D", "M", "Buffers for a response.", "`4`"],
  ["proxy-busy-buffers-size", "L", "D", "L", "Buffers that may be busy at once.", "none"],
  ["proxy-max-temp-file-size", "L", "D", "L", "The largest temporary file of a response.", "`1024m`"],
]);
