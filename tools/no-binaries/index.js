/**
 * Stands in for `bin-build` and `bin-wrapper`, on which `cwebp-bin` depends. That package downloads or builds a program
 * when it is installed. Acetate only reads the source of libwebp that comes with it (`tools/compile-webp.ts`).
 */
export default class NoBinaries {
  src() {
    return this;
  }

  dest() {
    return this;
  }

  use() {
    return this;
  }

  async run() {
    // The program is there, as far as the install script can tell.
  }
}
