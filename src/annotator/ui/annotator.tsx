import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAnnotator } from "./annotator-context.ts";
import { Bottom } from "./bottom/bottom.tsx";
import { LabelEditor } from "./bottom/label-editor.tsx";
import { PinLayer } from "./comments/pins.tsx";
import { OpenThread } from "./comments/thread.tsx";
import { ExportDialog } from "./export/export-dialog.tsx";
import { TimeBar } from "./history/time-bar.tsx";
import { KeysSheet } from "./keys/keys-sheet.tsx";
import { Panel } from "./panel/panel.tsx";
import { Rail } from "./rail.tsx";
import { ShareDialog } from "./share/share-dialog.tsx";
import { Toasts } from "./toasts/toasts.tsx";
import { Top } from "./top/top.tsx";

/** The whole annotator: sheets in a grid over the stage. */
export function Annotator(): VNode {
  return (
    <div class="annotator">
      <Top />
      <main>
        <Rail />
        <StageHost />
        <Bottom />
        <TimeBar />
        <Toasts />
      </main>
      <PinLayer />
      <OpenThread />
      <Panel />
      <LabelEditor />
      <KeysSheet />
      <ExportDialog />
      <ShareDialog />
      <Announcer />
    </div>
  );
}

/** The stage is no component: it draws by itself. */
function StageHost(): VNode {
  const { stage } = useAnnotator();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    host.current?.replaceChildren(stage.element);
    stage.fit();
  }, [stage]);
  return <div ref={host} class="stage-host" />;
}

/** What others see on the picture is told to screen readers. */
function Announcer(): VNode {
  const { editor, words } = useAnnotator();
  return (
    <p class="only-read" role="status">
      {editor.announcement.value?.say(words)}
    </p>
  );
}
