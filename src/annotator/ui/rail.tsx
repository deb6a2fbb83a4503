import { Fragment, type VNode } from "preact";
import { useRef } from "preact/hooks";
import { isDrawingTool, toolKeys, type ToolName, toolNames } from "../editor/tool-name.ts";
import { useAnnotator } from "./annotator-context.ts";
import { Icon } from "./icon.tsx";
import { closePopover, Popover } from "./parts/popover.tsx";
import { useRoving } from "./parts/use-roving.ts";

/** What a phone shows at once; the others are behind "More tools". */
const phoneTools: ReadonlySet<ToolName> = new Set([
  "select",
  "hand",
  "box",
  "arrow",
  "polygon",
  "freehand",
  "text",
]);

/** So many tools stand in one column in a low window, too. */
const COLUMN_MAX = 7;

/** The tools: those that this person may use, and the application offers. */
export function Rail(): VNode {
  const { editor, options, words } = useAnnotator();
  const rail = useRef<HTMLDivElement>(null);
  useRoving(rail);
  const offered = options.tools.value;
  const tools = toolNames.filter((tool) => {
    if (offered && !offered.includes(tool)) return false;
    if (tool === "comment") return editor.access.value.canComment;
    return editor.canEdit.value || !isDrawingTool(tool);
  });
  const current = editor.tool.value;
  // What is in use is always seen.
  const atHand = tools.filter((tool) => phoneTools.has(tool) || tools.length <= phoneTools.size);
  if (!atHand.includes(current) && tools.includes(current)) atHand.splice(-1, 1, current);
  const behind = tools.filter((tool) => !atHand.includes(tool));
  return (
    <div
      ref={rail}
      class={tools.length > COLUMN_MAX ? "sheet rail many" : "sheet rail"}
      role="toolbar"
      aria-label={words.tools.title}
      aria-orientation="vertical"
    >
      {tools.map((tool, index) => (
        <Fragment key={tool}>
          {startsGroup(tool, tools[index - 1]) && <hr />}
          <ToolButton tool={tool} isWide={!atHand.includes(tool)} />
        </Fragment>
      ))}
      {behind.length > 0 && (
        <button
          type="button"
          class="button square dock"
          popovertarget="more-tools"
          aria-label={words.tools.more}
        >
          <Icon name="more" />
        </button>
      )}
      <Popover id="more-tools" label={words.tools.more} role="menu">
        {() =>
          behind.map((tool) => (
            <button
              key={tool}
              type="button"
              role="menuitemradio"
              aria-checked={current === tool}
              class="entry"
              onClick={({ currentTarget }) => {
                editor.chooseTool(tool);
                closePopover(currentTarget);
              }}
            >
              <Icon name={tool} />
              {words.tools[tool]}
            </button>
          ))
        }
      </Popover>
    </div>
  );
}

/** Between tools that select, that draw, and that comment. */
function startsGroup(tool: ToolName, before: ToolName | undefined): boolean {
  return before !== undefined && isDrawingTool(tool) !== isDrawingTool(before);
}

function ToolButton({ tool, isWide }: { tool: ToolName; isWide: boolean }): VNode {
  const { editor, words } = useAnnotator();
  const key = toolKeys[tool].toUpperCase();
  return (
    <button
      type="button"
      class={isWide ? "button square wide" : "button square"}
      aria-label={words.tools[tool]}
      aria-keyshortcuts={key}
      aria-pressed={editor.tool.value === tool}
      data-tip={`${words.tools[tool]}  ${key}`}
      onClick={() => editor.chooseTool(tool)}
    >
      <Icon name={tool} />
    </button>
  );
}
