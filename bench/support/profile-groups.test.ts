import assert from "node:assert/strict";
import { test } from "node:test";
import { groupOf } from "./profile-groups.ts";

const EXPECTED: readonly (readonly [file: string, name: string, group: RegExp])[] = [
  ["nginx", "ngx_http_parse_header_line", /headers, the client's/],
  ["nginx", "ngx_http_get_indexed_variable", /variables/],
  ["nginx", "ngx_http_script_copy_var_code", /variables/],
  ["nginx", "ngx_palloc", /pools/],
  ["nginx", "ngx_http_upstream_init", /proxying/],
  ["nginx", "ngx_http_upstream_process_header", /proxying/],
  ["nginx", "ngx_linux_sendfile_chain", /writing/],
  ["nginx", "ngx_event_expire_timers", /events/],
  ["nginx", "ngx_http_core_run_phases", /everything else/],
  ["nginx", "(no symbol)", /static/],
  ["ngx_http_lua_module.so", "ngx_http_lua_ffi_var_get", /bridge/],
  ["libluajit-5.1.so.2.1.0", "(no symbol)", /garbage/],
  ["compiled traces", "(no symbol)", /our Lua/],
  ["libc.so.6", "_int_malloc", /allocating/],
  ["libc.so.6", "epoll_wait", /system calls/],
  ["ld-linux-x86-64.so.2", "_dl_fixup", /others/],
];

for (const [file, name, group] of EXPECTED) {
  test(`${name} of ${file} is told by what it does`, () => assert.match(groupOf(file, name), group));
}
