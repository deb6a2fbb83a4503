import type { VNode } from "preact";
import { toolKeys, toolNames } from "../editor/tool-name.ts";
import { useAnnotator } from "./annotator-context.ts";
import { Icon } from "./icon.tsx";

/** The tools. */
export function Rail(): VNode {
  const { editor, words } = useAnnotator();
  return (
    <div class="sheet rail" role="toolbar" aria-label={words.tools.title} aria-orientation="vertical">
      {toolNames.map((tool) => (
        <button
          key={tool}
          class="button square"
          aria-label={words.tools[tool]}
          aria-keyshortcuts={toolKeys[tool].toUpperCase()}
          aria-pressed={editor.tool.value === tool}
          data-tip={`${words.tools[tool]}  ${toolKeys[tool].toUpperCase()}`}
          onClick={() => editor.chooseTool(tool)}
        >
          <Icon name={tool} />
        </button>
      ))}
    </div>
  );
}
