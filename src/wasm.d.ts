/**
 * `tools/wasm-modules.ts` makes them, with a maximum of memory. Compiled at build time (`CompiledWasm` in
 * `wrangler.toml`): Workers can't compile at run time.
 */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
