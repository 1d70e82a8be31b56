/**
 * Runs something with LuaJIT's compiler at rest: what is done for thousands of entries would make hot traces of the decoders,
 * and of the string functions that they share with the request path, which then compiles badly around them. Requests cost
 * a fifth more after a push of 10,000 hosts that was checked in compiled code.
 */
export function interpreted<T>(run: (this: void) => T): T {
  const [compiles] = jit.status();
  jit.off();
  const result = run();
  if (compiles) jit.on();
  return result;
}
