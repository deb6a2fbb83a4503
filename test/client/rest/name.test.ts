import { expect, it } from "vitest";
import { createClient } from "../../../src/client/index.ts";

/** The headers of a rename and of a read. */
async function headersWith(options: { name?: string; token?: string }): Promise<Headers[]> {
  const sent: Headers[] = [];
  const client = createClient({
    url: "https://acetate.example",
    ...options,
    fetch: async (_address, init) => {
      sent.push(new Headers(init?.headers));
      return Response.json({});
    },
  });
  await client.documents.update("a", { title: "New" });
  await client.documents.get("a");
  return sent;
}

it("says who makes a change, where no token does", async () => {
  const names = async (options: { name?: string; token?: string }) =>
    (await headersWith(options)).map((headers) => headers.get("Acetate-Name"));
  expect(await names({ name: "Jörg ☂" })).toEqual(["J%C3%B6rg%20%E2%98%82", null]);
  expect(await names({})).toEqual([null, null]);
  expect(await names({ name: "Jörg", token: "t" })).toEqual([null, null]);
});
