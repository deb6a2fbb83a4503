import { stat } from "node:fs/promises";
import path from "node:path";
import { packClient } from "./pack/pack-client.ts";
import { exitWithError, projectRoot } from "./project.ts";

/** `npm run pack`: the client library as a package that `npm install` takes, `dist/acetate-<version>.tgz`. */

try {
  const file = await packClient(path.join(projectRoot, "dist"));
  console.log(`${path.relative(projectRoot, file)}: ${(await stat(file)).size} bytes`);
} catch (error) {
  exitWithError(error);
}
