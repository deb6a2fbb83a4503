import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { nextTask } from "../editor/next-task.ts";
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

/**
 * The whole annotator: sheets in a grid over the stage. It comes in several tasks, the picture first: all at once would
 * keep the browser from everything else for too long.
 */
export function Annotator(): VNode {
  const turn = useTurns(4);
  return (
    <div class="annotator">
      {turn > 1 && <Top />}
      <main>
        {turn > 2 && <Rail />}
        <StageHost />
        {turn > 2 && <Bottom />}
        {turn > 2 && <TimeBar />}
        {turn > 2 && <Toasts />}
      </main>
      {turn > 3 && (
        <>
          <PinLayer />
          <OpenThread />
          <Panel />
          <LabelEditor />
          <KeysSheet />
          <ExportDialog />
          <ShareDialog />
        </>
      )}
    </div>
  );
}

/** Counts from 1 to `last`, each in a task of its own. */
function useTurns(last: number): number {
  const [turn, setTurn] = useState(1);
  useLayoutEffect(() => {
    if (turn < last) void nextTask().then(() => setTurn(turn + 1));
  }, [turn, last]);
  return turn;
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
