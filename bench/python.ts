import { execFileSync } from "node:child_process";

/** Debian's own: its packages are not seen by another Python. */
export const PYTHON = "/usr/bin/python3";

/** Whether Python finds these modules; says which of Debian's packages bring them where it does not. */
export function hasPython(modules: string, packages: string): boolean {
  try {
    execFileSync(PYTHON, ["-c", `import ${modules}`], { stdio: "ignore" });
    return true;
  } catch {
    console.error(
      `Without a comparison that needs Python's ${modules}. On Debian:\n  apt-get install ${packages}`,
    );
    return false;
  }
}
