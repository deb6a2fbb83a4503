import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { cancelExportJob, getExportJob } from "../../src/catalog/export-jobs.ts";

describe("the migration that lets exports be cancelled", () => {
  it("keeps every row and every column", async () => {
    const { DB: db, TEST_MIGRATIONS: migrations } = env;
    const run = async (name: string): Promise<void> => {
      const migration = migrations.find((each) => each.name.startsWith(name));
      if (!migration) throw new Error(`There is no migration ${name}`);
      await db.batch(migration.queries.map((query) => db.prepare(query)));
    };
    await db.prepare("DROP TABLE exports").run();
    await run("0002");
    const id = crypto.randomUUID();
    await db
      .prepare(
        `INSERT INTO exports VALUES (?1, ?1, NULL, 7, 'running', 0.5, 'png',
           '{"scale":2,"quality":85,"background":"#ffffff"}', NULL, '["a word"]', 2, NULL, NULL, NULL, 'token', 9, 1, 2, NULL)`,
      )
      .bind(id)
      .run();
    const before = await db.prepare("SELECT * FROM exports").first();
    await run("0003");
    expect(await db.prepare("SELECT * FROM exports").first()).toEqual(before);
    expect(await getExportJob(db, id)).toMatchObject({ seq: 7, status: "running", warnings: ["a word"] });
    expect(await cancelExportJob(db, id, 10)).toMatchObject({ status: "cancelled" });
  });
});
