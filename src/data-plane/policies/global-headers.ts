import { requestText } from "../../policies/request-text.ts";
import { headerText } from "../../policies/safe-text.ts";
import type { HeaderText } from "../../snapshot/global-policies.ts";
import type { ProfileName } from "../../snapshot/profiles.ts";
import { currentSettings } from "../current-settings.ts";
import type { RequestState } from "../request.ts";
import { nginxRequest } from "./nginx-request.ts";
import { setResponseHeader } from "./response-header.ts";

/** The plain location's twin, whose response headers pass through our code. */
const FILTERING: ProfileName = "@http";

/** Where a request goes on that would stay in the plain location; undefined: it stays. */
export function filteringLocation(): ProfileName | undefined {
  const policies = currentSettings().policies;
  if (policies === undefined) return undefined;
  return policies.responseHeaders === undefined && policies.hiddenHeaders === undefined ? undefined : FILTERING;
}

function sendHeaders(headers: readonly HeaderText[], request: RequestState): void {
  const asked = nginxRequest(request);
  for (let i = 0; i < headers.length; i++) {
    const { name, value } = headers[i] as HeaderText;
    const text = headerText(requestText(value, asked));
    if (text === "") ngx.req.clear_header(name);
    else ngx.req.set_header(name, text);
  }
}

/** `proxy-set-headers`: what Endpoints get, whatever the client says. */
export function sendGlobalHeaders(request: RequestState): void {
  const headers = currentSettings().policies?.requestHeaders;
  if (headers !== undefined) sendHeaders(headers, request);
}

function addHeaders(headers: readonly HeaderText[], request: RequestState): void {
  const asked = nginxRequest(request);
  for (let i = 0; i < headers.length; i++) {
    const { name, value } = headers[i] as HeaderText;
    setResponseHeader(name, headerText(requestText(value, asked)));
  }
}

/** `add-headers`: what clients get with every response. */
export function addGlobalHeaders(request: RequestState): void {
  const headers = currentSettings().policies?.responseHeaders;
  if (headers !== undefined) addHeaders(headers, request);
}

function hide(names: readonly string[]): void {
  for (let i = 0; i < names.length; i++) ngx.header[names[i] as string] = undefined;
}

/** `hide-headers` and `add-headers`, for the response of an Endpoint; our own cookie is none of its headers. */
export function filterGlobally(request: RequestState): void {
  const hidden = currentSettings().policies?.hiddenHeaders;
  if (hidden !== undefined) hide(hidden);
  addGlobalHeaders(request);
}
