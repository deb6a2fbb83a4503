import { useSignalEffect } from "@preact/signals";
import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import type { Notice } from "../notices.ts";
import { offerReload } from "../parts/reload.ts";
import { ConflictToast } from "./conflict-toast.tsx";
import { RefusedToast } from "./refused-toast.tsx";
import { ShutToast } from "./shut-toast.tsx";

/** What has happened and may need this person, at the bottom of the picture. Screen readers hear each of it once. */
export function Toasts(): VNode {
  const { editor, surface, words } = useAnnotator();
  useOfflineNotice();
  useUnkeptNotice();
  useFailedTextsNotice();
  const followed = surface.people.here.value.find(
    ({ connectionId }) => connectionId === editor.following.value,
  );
  return (
    <div class="toasts" role="log" aria-label={words.status.news}>
      {followed && (
        <div class={`sheet toast following ${followed.who}`}>
          <Icon name="follow" />
          <p>{words.people.youFollow(followed.name ?? words.people.guest)}</p>
          <button type="button" class="button low edge" onClick={() => (editor.following.value = null)}>
            {words.people.stop}
          </button>
        </div>
      )}
      {surface.notices.shown.value.map((notice) => (
        <NoticeToast key={notice.key} notice={notice} />
      ))}
      <RefusedToast />
      <ConflictToast />
      <ShutToast />
    </div>
  );
}

function NoticeToast({ notice }: { notice: Notice }): VNode {
  const { surface, words } = useAnnotator();
  const { key, icon, title, detail, actions = [] } = notice;
  return (
    <div class="sheet toast">
      <Icon name={icon} />
      <p>
        <strong>{title}</strong>
        {detail && <span class="quietly">{detail}</span>}
      </p>
      {actions.map(({ name, isMain = false, run }) => (
        <button key={name} type="button" class={isMain ? "button ink" : "button edge"} onClick={run}>
          {name}
        </button>
      ))}
      <button
        type="button"
        class="button square low"
        aria-label={words.keys.close}
        onClick={() => surface.notices.close(key)}
      >
        <Icon name="x" small />
      </button>
    </div>
  );
}

/** Once for each time the connection is lost; gone when it is back. */
function useOfflineNotice(): void {
  const { editor, surface, words } = useAnnotator();
  useSignalEffect(() => {
    if (!surface.saving.isAway.value) return surface.notices.close("offline");
    surface.notices.tell({
      key: "offline",
      icon: "offline",
      title: words.status.youAreOffline,
      detail: editor.access.peek().canEdit ? words.status.drawOn : words.status.lookOn,
      actions: [{ name: words.status.tryNow, run: () => editor.room.reconnect() }],
      stays: true,
    });
  });
}

/** While changes are in memory only, closing the page would lose them. */
function useUnkeptNotice(): void {
  const { editor, surface, words } = useAnnotator();
  useSignalEffect(() => {
    if (!editor.status.value.storeError) return surface.notices.close("unkept");
    surface.notices.tell({
      key: "unkept",
      icon: "warn",
      title: words.status.cantKeep,
      detail: words.status.cantKeepDetail,
      stays: true,
    });
  });
}

/** Gone when they are drawn. Without a network, they are when it is back. */
function useFailedTextsNotice(): void {
  const { stage, surface, words } = useAnnotator();
  useSignalEffect(() => {
    const { value: count } = stage.failedTexts;
    if (count === 0) return surface.notices.close("texts");
    const { value: isAway } = surface.saving.isAway;
    surface.notices.tell({
      key: "texts",
      icon: "warn",
      title: words.status.undrawnTexts(count),
      detail: isAway ? words.status.drawnLater : words.status.reloadToDraw,
      actions: isAway ? [] : [offerReload(words)],
      stays: true,
    });
  });
}
