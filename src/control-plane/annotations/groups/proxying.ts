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

export const CORS_ANNOTATIONS = pendingGroup("CORS", [
  ["enable-cors", "I", "D", "H", "Answers CORS requests.", "`false`"],
  ["cors-allow-origin", "I", "D", "H", "Origins that may ask.", "`*`"],
  ["cors-allow-methods", "I", "D", "M", "Methods that they may use.", "the usual ones"],
  ["cors-allow-headers", "I", "D", "H", "Headers that they may send.", "the usual ones"],
  ["cors-expose-headers", "I", "D", "M", "Headers that they may read.", "none"],
  ["cors-allow-credentials", "I", "D", "M", "Whether they may send credentials.", "`true`"],
  ["cors-max-age", "I", "D", "L", "Seconds that the answer holds.", "`1728000`"],
]);
