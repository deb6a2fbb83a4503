/** Vite's import of a file as text. */
declare module "*.sql?raw" {
  const text: string;
  export default text;
}

/** The package declares what an instance exports. The runtime's import gives the compiled module. */
declare module "photon-wasm/photon.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
