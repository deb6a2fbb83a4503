/**
 * Boxes on a picture, by everyone who has the page open: draw, move, select, delete, undo, and see each other's cursors.
 *
 * With the service running (`npm start`), make this file JavaScript, and open http://localhost:8000/?document=<id>
 * with the id of a document:
 *
 *     npx esbuild examples/react-annotator/annotator.tsx --bundle --format=esm --jsx=automatic \
 *       --outdir=examples/react-annotator --servedir=examples/react-annotator --serve=localhost:8000
 */
import { type PointerEvent, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import type { Annotation, Document } from "acetate/client";
import {
  Room,
  useAnnotate,
  useAnnotations,
  useDocument,
  useHistory,
  useOthers,
  useRefused,
  useStatus,
  useUnsaved,
  useUpdateMyPresence,
} from "acetate/react";

type Box = Extract<Annotation, { type: "box" }>;
type Place = { x: number; y: number };
type Rect = Box["geometry"];
/** What the pointer is doing: drawing a new box, or moving one. */
type Drag = { kind: "draw"; from: Place; rect: Rect } | { kind: "move"; box: Box; from: Place };

const query = new URLSearchParams(location.search);
const service = query.get("service") ?? "http://localhost:8787";

function Annotator() {
  return (
    <Room
      url={service}
      documentId={query.get("document") ?? ""}
      name={query.get("name") ?? "Somebody"}
      fallback={<Connection />}
    >
      <Toolbar />
      <Sheet />
    </Room>
  );
}

function Connection() {
  const { state, error } = useStatus();
  return <span className="state">{error ? `${state}: ${error.message}` : state}</span>;
}

function Toolbar() {
  const { undo, redo } = useAnnotate();
  const { canUndo, canRedo } = useHistory();
  const isSaved = useUnsaved((count) => count === 0);
  const names = useOthers((others) => others.map(({ name, actorId }) => name ?? actorId));
  const { refused, dismiss } = useRefused();
  return (
    <nav>
      <button disabled={!canUndo} onClick={undo}>
        Undo
      </button>
      <button disabled={!canRedo} onClick={redo}>
        Redo
      </button>
      <Connection />
      <span className="saved">{isSaved ? "saved" : "saving"}</span>
      <span className="others">{names.join(", ")}</span>
      {refused.map(({ opId, error }) => (
        <button key={opId} className="refused" onClick={() => dismiss(opId)}>
          {error.message}
        </button>
      ))}
    </nav>
  );
}

function Sheet() {
  const document = useDocument();
  const boxes = useAnnotations((list) => list.filter((one) => one.type === "box"));
  const { create, update, delete: remove, undo, redo } = useAnnotate();
  const showPresence = useUpdateMyPresence();
  const [selected, select] = useState<string | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if ((event.key === "Delete" || event.key === "Backspace") && boxes.some(({ id }) => id === selected)) {
        remove(selected ?? "");
        select(null);
      } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [boxes, selected, remove, undo, redo]);

  function pointerDown(event: PointerEvent<SVGSVGElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeOf(event);
    const id = event.target instanceof Element ? event.target.getAttribute("data-id") : null;
    const box = boxes.find((one) => one.id === id);
    select(id);
    setDrag(box ? { kind: "move", box, from: at } : { kind: "draw", from: at, rect: between(at, at) });
  }

  function pointerMove(event: PointerEvent<SVGSVGElement>): void {
    const at = placeOf(event);
    showPresence({ cursor: at });
    if (drag?.kind === "draw") setDrag({ ...drag, rect: between(drag.from, at) });
    // Somebody else may have deleted it.
    if (drag?.kind !== "move" || !boxes.some(({ id }) => id === drag.box.id)) return;
    const { x, y } = drag.box.geometry;
    const moved = { x: x + at.x - drag.from.x, y: y + at.y - drag.from.y };
    update(drag.box.id, ({ geometry }) => ({ geometry: { ...geometry, ...moved } }));
  }

  function pointerUp(): void {
    setDrag(null);
    if (drag?.kind === "draw" && drag.rect.width > 2 && drag.rect.height > 2) {
      select(create({ type: "box", geometry: drag.rect }).id);
    }
  }

  if (!document) return null;
  const { width, height } = sizeOf(document);
  return (
    <svg
      width={width}
      viewBox={`0 0 ${width} ${height}`}
      onPointerDown={pointerDown}
      onPointerMove={pointerMove}
      onPointerUp={pointerUp}
      onPointerLeave={() => showPresence({ cursor: null })}
    >
      {document.image && (
        <image href={`${service}/v1/documents/${document.id}/image`} width={width} height={height} />
      )}
      {boxes.map((box) => (
        <BoxShape key={box.id} box={box} isSelected={box.id === selected} />
      ))}
      {drag?.kind === "draw" && <rect {...drag.rect} fill="none" stroke="#888" />}
      <Cursors />
    </svg>
  );
}

function BoxShape({ box: { id, geometry, style, text }, isSelected }: { box: Box; isSelected: boolean }) {
  const { x, y, width, height, rotation = 0 } = geometry;
  return (
    <rect
      {...{ x, y, width, height }}
      data-id={id}
      className={isSelected ? "selected" : undefined}
      transform={`rotate(${rotation} ${x + width / 2} ${y + height / 2})`}
      fill={style.fill ?? "transparent"}
      stroke={style.stroke ?? "none"}
      strokeWidth={style.stroke_width}
      opacity={style.opacity}
    >
      <title>{text}</title>
    </rect>
  );
}

/** It renders with each move of somebody's cursor, and nothing else does. */
function Cursors() {
  const others = useOthers();
  return others.map(({ connectionId, name, state }) => {
    if (!isPlace(state["cursor"])) return null;
    const { x, y } = state["cursor"];
    return (
      <g key={connectionId} className="cursor" pointerEvents="none" transform={`translate(${x} ${y})`}>
        <circle r="6" fill="#1565c0" />
        <text x="10" y="5" fill="#1565c0">
          {name}
        </text>
      </g>
    );
  });
}

/** Where the pointer is, in pixels of the picture. */
function placeOf({ clientX, clientY, currentTarget }: PointerEvent<SVGSVGElement>): Place {
  const toPicture = currentTarget.getScreenCTM()?.inverse();
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toPicture);
  return { x, y };
}

function between(a: Place, b: Place): Rect {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

function sizeOf({ width, height }: Document): { width: number; height: number } {
  return { width: width ?? 800, height: height ?? 600 };
}

/** What others show of themselves may be anything. */
function isPlace(value: unknown): value is Place {
  if (typeof value !== "object" || value === null || !("x" in value && "y" in value)) return false;
  return typeof value.x === "number" && typeof value.y === "number";
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Annotator />
    </StrictMode>,
  );
}
