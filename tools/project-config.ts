import path from "node:path";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";

/** What the tools need to know of a `wrangler.toml`; wrangler's own type of it is not published. */
const configSchema = z.object({
  name: z.string(),
  vars: z.record(z.string(), z.json()),
  d1_databases: z.tuple([
    z.object({
      binding: z.string(),
      database_name: z.string(),
      database_id: z.string().optional(),
      preview_database_id: z.string().optional(),
    }),
  ]),
});

/** The name of the Worker in the folder `root`, its variables, and its one database. */
export function readProjectConfig(root: string) {
  const { name, vars, d1_databases } = configSchema.parse(
    unstable_readConfig({ config: path.join(root, "wrangler.toml") }, { hideWarnings: true }),
  );
  return { name, vars, database: d1_databases[0] };
}
