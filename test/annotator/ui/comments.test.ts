/*! @vitest-environment jsdom */
import { signal } from "@preact/signals";
import { h } from "preact";
import { describe, expect, it } from "vitest";
import type { ToolPointer } from "../../../src/annotator/stage/stage-api.ts";
import type { ShownThread } from "../../../src/annotator/ui/comments/comments.ts";
import { CommentsTab } from "../../../src/annotator/ui/comments/comments-tab.tsx";
import { listThreads } from "../../../src/annotator/ui/comments/list-threads.ts";
import { PinLayer } from "../../../src/annotator/ui/comments/pins.tsx";
import { RefusedComments } from "../../../src/annotator/ui/comments/refused-comments.tsx";
import { OpenThread } from "../../../src/annotator/ui/comments/thread.tsx";
import { AcetateError } from "../../../src/client/acetate-error.ts";
import type { OperationMessage } from "../../../src/client/outbox/operation.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import { makeMark } from "../make-mark.ts";
import { makeStage } from "./make-stage.ts";
import { renderPart } from "./render-part.ts";

const door = makeMark("box", { labels: ["Door"] });

function comment(id: string, ordinal: number, fields: Partial<Comment> = {}): Comment {
  return {
    id,
    document_id: "d",
    annotation_id: door.id,
    reply_to: null,
    text: `says ${id}`,
    author: "ada",
    author_name: "Ada",
    updated_by: "ada",
    resolved: false,
    resolved_by: null,
    resolved_by_name: null,
    resolved_at: null,
    status: "active",
    version: 1,
    seq: ordinal,
    ordinal,
    created_at: "2026-11-26T10:00:00.000Z",
    updated_at: "2026-11-26T10:00:00.000Z",
    edited_at: null,
    ...fields,
  };
}

describe("what was refused of comments", () => {
  type Code = ConstructorParameters<typeof AcetateError>[0];
  const [thread = null] = listThreads([comment("first", 1)]);
  const shown: ShownThread = { markId: door.id, mark: door, thread, others: [] };
  const draft = { annotation_id: door.id, text: "my words" };

  async function show(message: OperationMessage, code: Code = "storage_full", canEdit = true) {
    const taken: string[] = [];
    const onTakeBack = (text: string): void => void taken.push(text);
    const part = await renderPart(() => h(RefusedComments, { shown, onTakeBack }), { canEdit });
    const error = new AcetateError(code, "The service’s own words.");
    await part.do(() => part.room.refused.set([{ opId: message.opId, message, error }]));
    return { ...part, taken };
  }
  const create: OperationMessage = { type: "comment.create", opId: "1", comment: { id: "new", ...draft } };
  const edit: OperationMessage = {
    type: "comment.update",
    opId: "1",
    id: "first",
    version: 1,
    patch: { text: "my words" },
  };
  const settle = (resolved: boolean): OperationMessage => ({ ...edit, patch: { resolved } });
  const remove: OperationMessage = { type: "comment.delete", opId: "1", id: "first", version: 1 };

  it.each<[string, OperationMessage, unknown[]]>([
    ["Not sent.", create, ["create", draft]],
    ["Not changed.", edit, ["edit", "first", "my words"]],
    ["Not resolved.", settle(true), ["resolve", "first"]],
    ["Not reopened.", settle(false), ["reopen", "first"]],
    ["Not deleted.", remove, ["delete", "first"]],
  ])("is told and can be tried again: %s", async (said, message, call) => {
    const { host, room, press } = await show(message);
    expect(host.querySelector("strong")?.textContent).toBe(said);
    expect(host.textContent).toContain("The service has no room left.");
    await press("Try again");
    expect(room.commented).toEqual([call]);
    expect(room.refused.value).toEqual([]);
    expect(host.textContent).toBe("");
  });

  it("is told in the service’s words where there are no better ones, with what was written", async () => {
    const { host } = await show(edit, "invalid");
    expect(host.textContent).toContain("The service’s own words.");
    expect(host.querySelector(".quoted")?.textContent).toBe("my words");
    const other = await show(settle(true));
    expect(other.host.querySelector(".quoted")).toBeNull();
  });

  it("can only be said anew where the comment is gone", async () => {
    const { host, taken, room, press } = await show(edit, "comment_not_found");
    expect(host.textContent).not.toContain("Try again");
    await press("Write again");
    expect(taken).toEqual(["my words"]);
    expect(room.refused.value).toEqual([]);
  });

  it("can be dismissed, also by who may not write any more", async () => {
    const { host, room, press } = await show(create, "forbidden", false);
    expect([...host.querySelectorAll("button")].map(({ textContent }) => textContent)).toEqual(["Dismiss"]);
    await press("Dismiss");
    expect(room.refused.value).toEqual([]);
    expect(room.commented).toEqual([]);
  });

  it.each<[string, OperationMessage]>([
    ["another mark", { ...create, comment: { ...draft, id: "new", annotation_id: "other" } }],
    ["another thread", { ...create, comment: { ...draft, id: "new", reply_to: "other" } }],
    ["another comment", { ...remove, id: "other" }],
    ["something else", { type: "labels.set", opId: "1", labels: [] }],
  ])("is not told where it is about %s", async (_, message) => {
    expect((await show(message)).host.textContent).toBe("");
  });
});

describe("the thread that is open", () => {
  async function open(canEdit = true) {
    const stage = makeStage();
    let hear: (pointer: ToolPointer) => void = () => {};
    stage.onPointer = (listener) => {
      hear = listener;
      return () => {};
    };
    const part = await renderPart(OpenThread, { stage, canEdit });
    const { room, editor, surface } = part;
    await part.do(() => {
      room.receive(door);
      room.comments.set([comment("first", 1), comment("second", 2, { reply_to: "first", author: "mia" })]);
      surface.comments.open(door.id, "first");
    });
    const point = (kind: ToolPointer["kind"], x: number): void =>
      hear({ kind, point: { x, y: 0 }, event: new PointerEvent("pointerdown") });
    return { ...part, point, isOpen: () => editor.thread.value !== null };
  }

  it("closes by Escape, and by a click beside it", async () => {
    const { host, key, isOpen, point, do: act, surface } = await open();
    await key(host.querySelector("section"), "x");
    expect(isOpen()).toBe(true);
    await key(host.querySelector("section"), "Escape");
    expect(isOpen()).toBe(false);
    await act(() => surface.comments.open(door.id, "first"));
    await act(() => {
      point("down", 0);
      point("up", 6);
    });
    expect(isOpen()).toBe(false);
  });

  it("stays open when the picture is dragged, the press is taken away, or the comment tool is on", async () => {
    const { isOpen, point, do: act, editor } = await open();
    await act(() => {
      point("down", 0);
      point("up", 7);
      point("down", 0);
      point("cancel", 0);
      point("up", 0);
      editor.tool.value = "comment";
      point("down", 0);
      point("up", 0);
    });
    expect(isOpen()).toBe(true);
  });

  it("offers names while one is typed, the first one anew with each letter", async () => {
    const part = await open();
    const { room, host, key, type } = part;
    const people = ["Ann", "Anna", "Ben"];
    await part.do(() =>
      room.comments.set([
        comment("first", 1),
        ...people.map((name, index) =>
          comment(name, index + 2, { reply_to: "first", author: name, author_name: name }),
        ),
      ]),
    );
    const field = host.querySelector("textarea");
    const chosen = (): (string | undefined)[] =>
      [...host.querySelectorAll("[role=option]")].map(
        (option) =>
          (option.ariaSelected ?? option.getAttribute("aria-selected")) +
          (option.lastChild?.textContent ?? ""),
      );
    await type(field, "@");
    expect(chosen()).toEqual(["trueAda", "falseAnn", "falseAnna", "falseBen"]);
    await key(field, "ArrowUp");
    expect(chosen()).toEqual(["falseAda", "falseAnn", "falseAnna", "trueBen"]);
    await type(field, "@a");
    await key(field, "ArrowDown");
    await key(field, "ArrowDown");
    expect(chosen()).toEqual(["falseAda", "falseAnn", "trueAnna"]);
    await type(field, "@an");
    expect(chosen()).toEqual(["trueAnn", "falseAnna"]);
    // Somebody who was offered goes: the last of the others is chosen.
    await key(field, "ArrowDown");
    await part.do(() =>
      room.comments.set([comment("first", 1), comment("Ann", 2, { reply_to: "first", author_name: "Ann" })]),
    );
    expect(chosen()).toEqual(["trueAnn"]);
    await key(field, "Enter");
    expect(field?.value).toBe("@Ann ");
    expect(room.commented).toEqual([]);
  });

  it("keeps what was typed and not sent", async () => {
    const part = await open();
    await part.type(part.host.querySelector("textarea"), "Half a thought");
    await part.do(() => part.surface.comments.close());
    await part.do(() => part.surface.comments.open(door.id, "first"));
    expect(part.host.querySelector("textarea")?.value).toBe("Half a thought");
  });

  it("is resolved and reopened, and stays shown", async () => {
    const { room, press, host } = await open();
    expect(host.querySelector(".resolved")).toBeNull();
    await press("Resolve");
    expect(room.commented).toEqual([["resolve", "first"]]);
    expect(host.textContent).toContain("says first");
  });

  it("lets this person change and delete what is theirs, and nothing else", async () => {
    const { host, room, press } = await open();
    const [first, second] = host.querySelectorAll(".said");
    expect(first?.querySelectorAll("button")).toHaveLength(0);
    expect(second?.querySelectorAll("button")).toHaveLength(2);
    await press("Delete");
    expect(host.textContent).toContain("Delete this comment?");
    await press("Keep");
    expect(room.commented).toEqual([]);
    await press("Delete");
    const [, sure] = [...host.querySelectorAll("button")].filter(({ textContent }) =>
      /Keep|Delete/.test(textContent),
    );
    sure?.click();
    expect(room.commented).toEqual([["delete", "second"]]);
  });

  it("is only read by who may not comment, and says so", async () => {
    const { host } = await open(false);
    expect(host.textContent).toContain("You can read comments here but not write them.");
    expect(host.querySelector("textarea")).toBeNull();
    expect(host.textContent).not.toContain("Resolve");
  });

  it("says that the mark was deleted", async () => {
    const { host, room, do: act } = await open();
    await act(() => room.receive({ ...door, status: "deleted", version: 2, seq: 9 }));
    expect(host.textContent).toContain("Deleted mark");
    expect(host.textContent).toContain("This mark was deleted. Its comments come back with it.");
    expect(host.querySelector("textarea")).toBeNull();
  });
});

describe("the list of threads", () => {
  async function show() {
    const part = await renderPart(CommentsTab);
    await part.do(() => {
      part.room.receive(door);
      part.room.comments.set([
        comment("old", 1, { resolved: true, resolved_by: "ada" }),
        comment("gone", 2, { status: "deleted", text: "" }),
        comment("reply", 3, { reply_to: "gone" }),
        comment("mine", 4, { author: "mia", text: "for @Ada" }),
      ]);
    });
    const choose = (index: number): Promise<void> =>
      part.do(() => part.host.querySelectorAll<HTMLInputElement>("input[type=radio]")[index]?.click());
    return { ...part, choose, rows: () => [...part.host.querySelectorAll<HTMLElement>(".thread-row")] };
  }

  it("shows those that are open, all, one’s own, or unread", async () => {
    const { rows, choose, host, surface, do: act } = await show();
    expect(rows()).toHaveLength(2);
    expect(rows()[1]?.textContent).toContain("This comment was deleted.");
    expect(rows()[1]?.textContent).toContain("1 reply, by Ada");
    await choose(1);
    expect(rows()).toHaveLength(3);
    expect(rows()[2]?.textContent).toContain("Resolved");
    await choose(2);
    expect(rows().map((row) => row.textContent.includes("for @Ada"))).toEqual([true]);
    await choose(3);
    expect(rows().every((row) => row.textContent.includes("unread"))).toBe(true);
    expect(host.textContent).toContain("Unread 2");
    // What was looked at is read.
    for (const id of ["gone", "old"]) await act(() => surface.comments.open(door.id, id));
    expect([...host.querySelectorAll("label")].at(-1)?.textContent).toBe("Unread");
  });

  it("leads to the mark: it is shown, selected, and its thread is open", async () => {
    const { rows, editor, stage, surface, do: act } = await show();
    const seen: unknown[] = [];
    stage.boundsOf = () => ({ left: 1, top: 2, right: 3, bottom: 4 });
    stage.reveal = (box) => void seen.push(box);
    editor.hide([door.id]);
    editor.chooseTool("box");
    surface.dialogs.isPanelOpen.value = true;
    await act(() => rows()[0]?.click());
    expect(editor.hidden.value.size).toBe(0);
    expect([editor.tool.value, editor.selection.value]).toEqual(["select", [door.id]]);
    expect(editor.thread.value).toMatchObject({ markId: door.id, threadId: "mine" });
    expect(seen).toHaveLength(1);
    expect(surface.dialogs.isPanelOpen.value).toBe(false);
  });

  it("says what to do where there is none, and to who may only read nothing of it", async () => {
    const { host } = await renderPart(CommentsTab);
    expect(host.textContent).toContain("No comments yet. Press C");
    const reader = await renderPart(CommentsTab, { canEdit: false });
    expect(reader.host.textContent).toContain("No comments yet.");
    expect(reader.host.textContent).not.toContain("Press C");
  });

  it("says that nothing passes the filter", async () => {
    const { host, room, choose, do: act } = await show();
    await act(() => room.comments.set([comment("old", 1, { resolved: true })]));
    expect(host.textContent).toContain("Everything is resolved.");
    await choose(2);
    expect(host.textContent).toContain("Nobody has answered or addressed you.");
  });
});

describe("pins", () => {
  it("open their thread and close it again, are out of sight with their mark, and keep Enter to themselves", async () => {
    const stage = makeStage();
    stage.boundsOf = () => ({ left: 100, top: 100, right: 200, bottom: 200 });
    document.body.append(stage.pinLayer);
    const { editor, room, do: act } = await renderPart(PinLayer, { stage });
    await act(() => {
      room.receive(door);
      room.comments.set([comment("first", 1)]);
    });
    const pin = (): HTMLElement | null => document.querySelector<HTMLElement>(".pin");
    expect(pin()?.getAttribute("aria-label")).toBe("Door: 1 comment, unread");
    await act(() => pin()?.click());
    expect(editor.thread.value).toMatchObject({ threadId: "first" });
    expect(pin()?.getAttribute("aria-expanded")).toBe("true");
    await act(() => pin()?.click());
    expect(editor.thread.value).toBeNull();
    const passed: string[] = [];
    const hear = (event: KeyboardEvent): void => void passed.push(event.key);
    document.addEventListener("keydown", hear);
    for (const key of ["Enter", " ", "x"])
      pin()?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    document.removeEventListener("keydown", hear);
    expect(passed).toEqual(["x"]);
    await act(() => editor.hide([door.id]));
    expect(pin()).toBeNull();
  });

  it("are hidden where they would be cut off: the browser would scroll the picture to one that gets the focus", async () => {
    const stage = makeStage();
    const view = signal({ scale: 1, x: 0, y: 0 });
    document.body.append(stage.pinLayer);
    const moving = { ...stage, view, boundsOf: () => ({ left: 100, top: 100, right: 200, bottom: 200 }) };
    const { room, do: act } = await renderPart(PinLayer, { stage: moving });
    await act(() => {
      room.receive(door);
      room.comments.set([comment("first", 1)]);
    });
    const isHidden = (): boolean => stage.pinLayer.querySelector<HTMLElement>(".pin")?.hidden !== false;
    expect(isHidden()).toBe(false);
    await act(() => void (view.value = { scale: 1, x: -900, y: 0 }));
    expect(isHidden()).toBe(true);
    await act(() => void (view.value = { scale: 1, x: 0, y: 0 }));
    expect(isHidden()).toBe(false);
  });
});
