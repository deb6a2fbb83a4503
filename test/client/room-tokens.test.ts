import { expect, it } from "vitest";
import { connect } from "../../src/client/connect.ts";
import { createClient } from "../../src/client/rest/create-client.ts";
import { signToken } from "../../src/http/tokens.ts";
import { openRoom, until, untilLive, untilTexts } from "./support/rooms.ts";
import { useService } from "./support/service.ts";

const secret = "only for the tests of the client, no secret";
const service = useService({ env: { AUTH_SECRET: secret }, args: ["--var", `AUTH_SECRET:${secret}`] });
const point = { type: "point", geometry: { x: 10, y: 20 } } as const;

function makeToken(sub: string, seconds: number, role: "editor" | "viewer" = "editor"): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return signToken({ sub, role, doc: "*", iat, exp: Date.now() / 1000 + seconds }, secret);
}

async function makeDocument(): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const token = await signToken({ sub: "root", role: "admin", doc: "*", iat, exp: iat + 600 }, secret);
  return (await createClient({ url: service.url, token }).documents.create({ title: "Tokens" })).id;
}

it("outlives its tokens: the next one comes before the end of each, and nothing is lost", async () => {
  const id = await makeDocument();
  const tokens: Promise<string>[] = [];
  const room = openRoom(service.url, id, {
    token: () => {
      const token = makeToken("ann", 2);
      tokens.push(token);
      return token;
    },
  });
  await untilLive(room);
  const states = new Set<string>();
  room.status.subscribe(({ state }) => states.add(state));
  for (let round = 0; tokens.length < 4; round++)
    await room.annotations.create({ ...point, text: `${round}` }).saved;
  expect([...states]).toEqual(["live"]);
  const shown = room.annotations.value;
  expect(new Set(shown.map(({ author }) => author))).toEqual(new Set(["ann"]));
  const other = await untilLive(openRoom(service.url, id, { token: await makeToken("bob", 60) }));
  expect(other.annotations.value.map((annotation) => annotation.id)).toEqual(shown.map((one) => one.id));
});

it("comes back with another token after 4401", async () => {
  const id = await makeDocument();
  const tokens = ["bad", await makeToken("ann", -5), await makeToken("ann", 600)];
  const room = openRoom(service.url, id, { token: () => tokens.shift() ?? null });
  const codes: (string | undefined)[] = [];
  room.status.subscribe(({ error }) => error && codes.push(error.code));
  await untilLive(room);
  expect(codes).toEqual(["token_invalid", "token_expired"]);
});

it("stops with a fixed token that is refused, and at the door of another document", async () => {
  const id = await makeDocument();
  const bad = await until(
    openRoom(service.url, id, { token: "bad" }).status,
    ({ state }) => state === "refused",
  );
  expect(bad.error).toMatchObject({ code: "token_invalid" });
  const iat = Math.floor(Date.now() / 1000);
  const token = await signToken(
    { sub: "ann", role: "editor", doc: crypto.randomUUID(), iat, exp: iat + 60 },
    secret,
  );
  const foreign = await until(
    openRoom(service.url, id, { token }).status,
    ({ state }) => state === "refused",
  );
  expect(foreign.error).toMatchObject({ code: "forbidden_document" });
});

it("keeps what a role does not allow, readable as refused", async () => {
  const id = await makeDocument();
  const room = await untilLive(openRoom(service.url, id, { token: await makeToken("eve", 60, "viewer") }));
  await expect(room.annotations.create(point).saved).rejects.toMatchObject({ code: "forbidden" });
  expect(room.refused.value).toMatchObject([{ error: { code: "forbidden" } }]);
  await untilTexts(room);
});

it("refuses an address that is none", () => {
  expect(() => connect("not an address", "d")).toThrow(/no address of a service: not an address/);
});
