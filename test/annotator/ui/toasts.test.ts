/*! @vitest-environment jsdom */
import { describe, expect, it } from "vitest";
import { SaveState } from "../../../src/annotator/ui/top/save-state.tsx";
import { ConflictToast } from "../../../src/annotator/ui/toasts/conflict-toast.tsx";
import { RefusedToast } from "../../../src/annotator/ui/toasts/refused-toast.tsx";
import { ShutToast } from "../../../src/annotator/ui/toasts/shut-toast.tsx";
import { Toasts } from "../../../src/annotator/ui/toasts/toasts.tsx";
import { AcetateError } from "../../../src/client/acetate-error.ts";
import type { OperationMessage } from "../../../src/client/outbox/operation.ts";
import type { Conflict, RefusedOperation, RoomStatus } from "../../../src/client/room-api.ts";
import { makeMark } from "../make-mark.ts";
import { renderPart } from "./render-part.ts";

type Code = ConstructorParameters<typeof AcetateError>[0];

describe("what was refused", () => {
  const refuse = (message: OperationMessage, code: Code = "forbidden"): RefusedOperation => ({
    opId: message.opId,
    message,
    error: new AcetateError(code, "The service’s own words."),
  });
  const door = makeMark("box", { labels: ["Door"] });
  const box = { x: 0, y: 0, width: 5, height: 5 };

  it.each<[OperationMessage, string]>([
    [{ type: "annotation.create", opId: "1", annotation: { type: "box", geometry: box } }, "draw Box"],
    [{ type: "annotation.update", opId: "1", id: door.id, version: 1, patch: {} }, "change Door"],
    [{ type: "annotation.delete", opId: "1", id: door.id, version: 1 }, "delete Door"],
    [{ type: "annotation.restore", opId: "1", id: "gone", version: 1 }, "restore a mark"],
    [{ type: "labels.set", opId: "1", labels: [] }, "a change"],
  ])("is named: %#", async (message, name) => {
    const { room, host, do: act } = await renderPart(RefusedToast);
    await act(() => {
      room.receive(door);
      room.refused.set([refuse(message)]);
    });
    expect(host.querySelector("strong")?.textContent).toBe(`Not done: ${name}`);
  });

  it("is told with the reason, by the service’s words where there are no better ones", async () => {
    const { room, host, do: act } = await renderPart(RefusedToast);
    const message: OperationMessage = { type: "labels.set", opId: "1", labels: [] };
    await act(() => room.refused.set([refuse(message, "storage_full")]));
    expect(host.textContent).toContain("The service has no room left.");
    await act(() => room.refused.set([refuse(message, "invalid")]));
    expect(host.textContent).toContain("The service’s own words.");
  });

  it("shows one after the other, and how many more there are", async () => {
    const { room, host, do: act, press } = await renderPart(RefusedToast);
    const all = ["1", "2", "3"].map((opId) => refuse({ type: "labels.set", opId, labels: [] }));
    await act(() => room.refused.set(all));
    expect(host.textContent).toContain("And 2 more.");
    await press("Dismiss");
    expect(room.refused.value.map(({ opId }) => opId)).toEqual(["2", "3"]);
    expect(host.textContent).toContain("And 1 more.");
    await press("Dismiss");
    expect(host.textContent).not.toContain("more");
    await press("Dismiss");
    expect(host.textContent).toBe("");
  });

  it("can be copied, and says where the browser does not allow it", async () => {
    const { room, surface, do: act, press } = await renderPart(RefusedToast);
    await act(() => room.refused.set([refuse({ type: "labels.set", opId: "1", labels: [] })]));
    // jsdom has no clipboard, like a page that came over plain HTTP.
    await press("Copy");
    await expect.poll(() => surface.notices.shown.value[0]?.title).toBe("This browser doesn’t allow copying");
    const copied: string[] = [];
    const clipboard = { writeText: async (text: string) => void copied.push(text) };
    Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
    await press("Copy");
    await expect.poll(() => surface.notices.shown.value[0]?.title).toBe("Copied");
    expect(copied).toEqual([JSON.stringify({ type: "labels.set", opId: "1", labels: [] }, null, 2)]);
    Reflect.deleteProperty(navigator, "clipboard");
  });
});

describe("two people’s changes to the same", () => {
  const door = makeMark("box", { labels: ["Door"], text: "mine" });
  const conflictOn = (field: string, more: Partial<Conflict> = {}): Conflict => ({
    annotationId: door.id,
    field,
    mine: "mine",
    theirs: "theirs",
    by: { id: "jonas", name: "Jonas" },
    kept: "mine",
    ...more,
  });
  const show = async (...conflicts: Conflict[]) => {
    const part = await renderPart(ConflictToast);
    await part.do(() => {
      part.room.receive(door);
      for (const conflict of conflicts) part.room.events.emit("conflict", conflict);
    });
    return part;
  };

  it.each([
    ["geometry", "Jonas moved Door while you did"],
    ["text", "Jonas rewrote Door while you did"],
    ["labels", "Jonas labelled Door while you did"],
    ["review", "Jonas reviewed Door while you did"],
    ["style.stroke", "Jonas restyled Door while you did"],
    ["properties.task", "Jonas changed Door while you did"],
  ])("are named by the field: %s", async (field, title) => {
    const { host } = await show(conflictOn(field));
    expect(host.querySelector("strong")?.textContent).toBe(title);
  });

  it("are named without a person who is not known, and as one’s own from another window", async () => {
    const { host, room, do: act } = await show(conflictOn("text", { by: null }));
    expect(host.querySelector("strong")?.textContent).toBe("Someone rewrote Door while you did");
    await act(() => room.events.emit("conflict", conflictOn("text", { by: { id: "mia", name: "Mia" } })));
    expect(host.querySelector("strong")?.textContent).toBe("You rewrote Door in another window, too");
  });

  it.each([
    ["mine", "theirs", "mine", "theirs"],
    ["", null, "nothing", "nothing"],
    [[], ["Door", "Oak"], "nothing", "Door, Oak"],
    ["#e2271c33", "#0b5fa5", "#e2271c33", "#0b5fa5"],
    [{ a: 1 }, 5, '{"a":1}', "5"],
    ["x".repeat(60), "x".repeat(61), "x".repeat(60), `${"x".repeat(60)}…`],
  ])("are shown side by side: %j and %j", async (mine, theirs, ...texts) => {
    const { host } = await show(conflictOn("text", { mine, theirs }));
    expect([...host.querySelectorAll(".side")].map((side) => side.textContent)).toEqual(texts);
  });

  it("show a colour as a colour", async () => {
    const { host } = await show(conflictOn("style.stroke", { mine: "#e2271c33", theirs: "red" }));
    const [mine, theirs] = host.querySelectorAll(".side");
    expect(mine?.querySelector(".dot")).not.toBeNull();
    expect(theirs?.querySelector(".dot")).toBeNull();
  });

  it("draw the shape that was put aside, and say whose it is", async () => {
    const [moved, back] = [{ ...door.geometry, x: 50 }, door.geometry];
    const { host, stage, room, do: act } = await show(conflictOn("geometry", { mine: moved, theirs: back }));
    expect(host.textContent).toContain("Theirs is dashed");
    expect(stage.diffLayer.querySelectorAll(".put-aside")).toHaveLength(1);
    await act(() =>
      room.events.emit("conflict", conflictOn("geometry", { mine: moved, theirs: back, kept: "theirs" })),
    );
    expect(host.textContent).toContain("Yours is dashed");
    expect(stage.diffLayer.querySelectorAll(".put-aside")).toHaveLength(1);
    await act(() => room.events.emit("conflict", conflictOn("geometry", { theirs: "no shape" })));
    expect(stage.diffLayer.querySelectorAll(".put-aside")).toHaveLength(0);
  });

  it("are settled one at a time, or all at once", async () => {
    const {
      host,
      room,
      surface,
      do: act,
      press,
    } = await show(
      conflictOn("text"),
      conflictOn("labels", { mine: ["Door"], theirs: ["Gate"] }),
      conflictOn("review", { mine: "none", theirs: "approved" }),
    );
    expect(host.textContent).toContain("For all 3");
    await press("Take theirs");
    expect(room.annotations.get(door.id)).toMatchObject({ text: "theirs", labels: ["Door"] });
    expect(host.textContent).toContain("For all 2");
    await act(() => host.querySelector("input")?.click());
    await press("Take theirs");
    expect(room.annotations.get(door.id)).toMatchObject({ labels: ["Gate"], review: "approved" });
    expect(surface.conflicts.open.value).toEqual([]);
    expect(host.textContent).toBe("");
    await act(() => room.events.emit("conflict", conflictOn("text")));
    expect(host.querySelector("input")).toBeNull();
    await press("Keep mine");
    expect(room.annotations.get(door.id)?.text).toBe("mine");
  });
});

describe("a picture that does not open", () => {
  const shut = (code: Code): RoomStatus => ({
    state: "refused",
    error: new AcetateError(code, "no"),
    retryAt: null,
    storeError: null,
  });

  it.each<[Code, string]>([
    ["unauthorized", "You need a link to this picture"],
    ["token", "Your link no longer works"],
    ["token_invalid", "Your link no longer works"],
    ["token_expired", "Your link no longer works"],
    ["token_revoked", "Your link no longer works"],
    ["document_not_found", "There is no such picture"],
    ["invalid", "There is no such picture"],
    ["document_deleted", "This picture was deleted"],
    ["forbidden_document", "Your link is for another picture"],
    ["forbidden_origin", "Your link is for another picture"],
    ["internal", "This picture can’t be opened"],
  ])("says why: %s", async (code, title) => {
    const { room, host, do: act } = await renderPart(ShutToast);
    expect(host.textContent).toBe("");
    await act(() => room.status.set(shut(code)));
    expect(host.querySelector("strong")?.textContent).toBe(title);
    expect(host.querySelector("a")?.getAttribute("href")).toBe("/");
  });

  it("says what is kept, and tries again", async () => {
    const { room, host, do: act, press } = await renderPart(ShutToast);
    let tries = 0;
    room.reconnect = () => void tries++;
    await act(() => room.status.set(shut("token_expired")));
    expect(host.textContent).not.toContain("kept here");
    await act(() => room.unsaved.set(2));
    expect(host.textContent).toContain("2 changes are kept here.");
    await press("Try again");
    expect(tries).toBe(1);
  });

  it("is restored by who may edit, and says so when that fails", async () => {
    const asked: string[] = [];
    const answers = [
      Response.json({ code: "forbidden", detail: "Only editors may." }, { status: 403 }),
      Response.json({}),
    ];
    const fetch = async (input: RequestInfo | URL): Promise<Response> => {
      asked.push(new Request(input).url);
      return answers.shift() ?? Response.error();
    };
    const { room, surface, do: act, press } = await renderPart(ShutToast, { fetch });
    let tries = 0;
    room.reconnect = () => void tries++;
    await act(() => room.status.set(shut("document_deleted")));
    await press("Restore");
    await expect.poll(() => surface.notices.shown.value[0]?.title).toBe("It could not be restored");
    expect(surface.notices.shown.value[0]?.detail).toBe("Your link doesn’t allow it.");
    expect(tries).toBe(0);
    await press("Restore");
    await expect.poll(() => tries).toBe(1);
    expect(asked[1]).toBe(`https://acetate.example/v1/documents/${room.documentId}/restore`);
  });

  it("offers to restore nothing to who may only look", async () => {
    const { room, host, do: act } = await renderPart(ShutToast, { canEdit: false });
    await act(() => room.status.set(shut("document_deleted")));
    expect([...host.querySelectorAll("button")].map((button) => button.textContent)).toEqual(["Try again"]);
  });
});

describe("news", () => {
  const away: RoomStatus = { state: "offline", error: null, retryAt: null, storeError: null };

  it.each([
    [true, "Draw on. Changes are kept here and sent when you are back."],
    [false, "You see the picture as it was a moment ago."],
  ])("of being offline say what goes on: may edit %s", async (canEdit, detail) => {
    const { room, host, do: act, press } = await renderPart(Toasts, { canEdit });
    let tries = 0;
    room.reconnect = () => void tries++;
    await act(() => room.status.set(away));
    expect(host.textContent).toContain("You are offline");
    expect(host.textContent).toContain(detail);
    await press("Try now");
    expect(tries).toBe(1);
    await act(() => room.status.set({ ...away, state: "live" }));
    expect(host.textContent).not.toContain("You are offline");
  });

  it("of what can’t be kept stay as long as that is so", async () => {
    const { room, host, do: act } = await renderPart(Toasts);
    const storeError = new AcetateError("store", "full");
    await act(() => room.status.set({ ...away, state: "live", storeError }));
    expect(host.textContent).toContain("Changes can’t be kept on this device");
    await act(() => room.status.set({ ...away, state: "live" }));
    expect(host.textContent).not.toContain("Changes can’t be kept");
  });

  it("can be closed", async () => {
    const { host, editor, do: act, press } = await renderPart(Toasts);
    await act(() => editor.tell((words) => words.stage.nothingToPaste));
    expect(host.textContent).toContain("No marks to paste");
    await press("Close");
    expect(host.textContent).not.toContain("No marks to paste");
  });

  it("say whose view one follows, until one stops", async () => {
    const { room, host, editor, do: act, press } = await renderPart(Toasts);
    await act(() => {
      room.others.set([{ connectionId: "c", actorId: "a", name: null, state: {} }]);
      editor.following.value = "c";
    });
    expect(host.textContent).toContain("You see what Guest sees");
    await press("Stop");
    expect(editor.following.value).toBeNull();
    expect(host.textContent).toBe("");
  });
});

describe("the state of saving", () => {
  const live: RoomStatus = { state: "live", error: null, retryAt: null, storeError: null };

  it("says what is wrong, and how many changes it is about", async () => {
    const { room, host, do: act } = await renderPart(SaveState);
    const said = (): string => host.querySelector(".save")?.textContent ?? "";
    expect(said()).toBe("Saved");
    await act(() => room.status.set({ ...live, storeError: new AcetateError("store", "full") }));
    await act(() => room.unsaved.set(2));
    expect(said()).toBe("2 changes only in this window");
    await act(() => room.status.set({ ...live, state: "offline" }));
    expect(said()).toBe("Offline, 2 changes kept here");
    const error = new AcetateError("token_expired", "no");
    await act(() => room.status.set({ ...live, state: "refused", error }));
    expect(said()).toBe("Not open, 2 changes kept here");
    await act(() => room.unsaved.set(0));
    expect(said()).toBe("Not open");
  });

  it("says nothing of saving to who only looks, as long as nothing is wrong", async () => {
    const { room, host, do: act } = await renderPart(SaveState, { canEdit: false });
    const state = host.querySelector<HTMLElement>(".save");
    expect(host.textContent).toContain("View only");
    expect(state?.hidden).toBe(true);
    await act(() => room.status.set({ ...live, state: "offline" }));
    expect(state?.hidden).toBe(false);
    expect(state?.textContent).toBe("Offline");
  });
});
