import type { Sheet } from "../tools/gallery-sheets.ts";

/** Boxes, strokes, arrows and words, spread evenly. */
export function scatter(count: number, { width, height }: { width: number; height: number }): Sheet {
  const columns = Math.ceil(Math.sqrt(count * 1.5));
  const step = width / columns;
  const annotations = Array.from({ length: count }, (_, index): Sheet["annotations"][number] => {
    const x = (index % columns) * step;
    const y = (Math.floor(index / columns) * step) % (height - step);
    const style = { stroke: index % 2 ? "#1565c0" : "#d81b60", stroke_width: 4 };
    switch (index % 4) {
      case 0:
        return {
          type: "box",
          geometry: { x, y, width: step, height: step * 0.8 },
          style: { ...style, fill: "#ffb30040" },
        };
      case 1:
        return {
          type: "text",
          text: `Wall ${index}`,
          geometry: { x, y },
          style: { ...style, font_size: 24 },
        };
      case 2:
        return {
          type: "arrow",
          geometry: {
            points: [
              [x, y],
              [x + step, y + step],
            ],
          },
          style,
        };
      default: {
        const points = Array.from({ length: 60 }, (_, turn): [number, number] => [
          x + (step * turn) / 60,
          y + (step / 2) * (1 + Math.sin(turn / 4)),
        ]);
        return { type: "freehand", geometry: { points }, style };
      }
    }
  });
  return { name: `${count} annotations`, annotations };
}

/** Labels of 25 letters, spread evenly. */
export function scatterLabels(count: number, { width, height }: { width: number; height: number }): Sheet {
  const columns = Math.ceil(Math.sqrt(count / 5));
  const rows = Math.ceil(count / columns);
  const annotations = Array.from({ length: count }, (_, index): Sheet["annotations"][number] => ({
    type: "text",
    text: `Crack ${String(index).padStart(5, "0")}, see report`,
    geometry: { x: ((index % columns) * width) / columns, y: (Math.floor(index / columns) * height) / rows },
    style: { stroke: index % 2 ? "#1565c0" : "#d81b60", font_size: 24 },
  }));
  return { name: `${count} labels`, annotations };
}
