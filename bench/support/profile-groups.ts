/** What functions of a worker do: a part of the work on a request. */
export interface CostGroup {
  readonly name: string;
  /** Of the file, without its folder and versions behind `.so`. */
  readonly file: RegExp;
  readonly functions?: RegExp;
}

/** What callgrind calls a function that has no symbol. */
export const NO_SYMBOL = "(no symbol)";

const NGINX = /^nginx$/;
const LIBC = /^(?:libc|libm|libpthread)\b/;

/** A function belongs to the first group that fits. */
export const COST_GROUPS: readonly CostGroup[] = [
  { name: "NGINX: static functions, whose names Debian strips", file: NGINX, functions: /^\(no symbol\)$/ },
  {
    name: "NGINX: reading and looking up headers, the client's and the endpoint's",
    file: NGINX,
    functions: /^ngx_(?:http_parse_|http_process_|http_validate|hash_|list_|http_alloc_large|strncasecmp|strcasestrn)/,
  },
  {
    name: "NGINX: variables and forwarded headers",
    file: NGINX,
    functions:
      /^ngx_(?:http_script_|http_complex_|http_(?:get_)?(?:indexed_)?variable|http_get_|http_map_|v?s[ln]*printf|strstrn)/,
  },
  {
    name: "NGINX: memory pools",
    file: NGINX,
    functions:
      /^ngx_(?:p?n?c?alloc|palloc|pnalloc|pcalloc|pfree|create_pool|destroy_pool|memalign|pmemalign|reset_pool|pool_)/,
  },
  {
    name: "NGINX: proxying, the upstream and its addresses",
    file: NGINX,
    functions: /^ngx_(?:http_upstream|http_proxy|event_connect|event_pipe|parse_url|inet|parse_addr|sock_ntop)/,
  },
  {
    name: "NGINX: writing requests and responses",
    file: NGINX,
    functions: /^ngx_(?:.*chain|http_.*filter|http_send_|http_output|.*writev|.*sendfile|chain_)/,
  },
  {
    name: "NGINX: events, timers and sockets",
    file: NGINX,
    functions:
      /^ngx_(?:event|epoll|unix_|process_events|rbtree|time_|.*_connection|.*recv|.*_send$|http_.*keepalive|reusable)/,
  },
  { name: "NGINX: phases and everything else", file: NGINX },
  { name: "the Lua bridge: entering Lua, functions called by FFI", file: /^ngx_http_lua_module/ },
  { name: "Lua's VM, compiler and garbage collector", file: /^libluajit/ },
  { name: "our Lua, compiled", file: /^compiled traces$/ },
  {
    name: "libc: allocating, copying, comparing",
    file: LIBC,
    functions: /alloc|free|mem|chunk|str|bcmp|arena|sysmalloc/,
  },
  { name: "libc: system calls and everything else", file: LIBC },
];

export const OTHERS = "others";

/** Which group a function belongs to. */
export function groupOf(file: string, name: string): string {
  const found = COST_GROUPS.find((group) => group.file.test(file) && (group.functions?.test(name) ?? true));
  return found?.name ?? OTHERS;
}
