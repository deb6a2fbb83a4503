import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAnnotator } from "./annotator-context.ts";
import { Bottom } from "./bottom.tsx";
import { Panel } from "./panel.tsx";
import { Rail } from "./rail.tsx";
import { Top } from "./top.tsx";

/** The whole annotator: sheets in a grid over the stage. */
export function Annotator(): VNode {
  return (
    <div class="annotator">
      <Top />
      <main>
        <Rail />
        <StageHost />
        <Bottom />
      </main>
      <Panel />
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
