/** In the browser: what the page's stage does with a wheel, for pictures that have no stage. */
export function moveByWheel(stage: HTMLElement, layer: HTMLElement, width: number, height: number): void {
  const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height);
  let view = {
    scale,
    x: (stage.clientWidth - width * scale) / 2,
    y: (stage.clientHeight - height * scale) / 2,
  };
  const place = (): void => {
    layer.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  };
  stage.addEventListener("wheel", ({ ctrlKey, deltaX, deltaY, clientX, clientY }) => {
    if (!ctrlKey) view = { ...view, x: view.x - deltaX, y: view.y - deltaY };
    else {
      const factor = Math.exp(-deltaY * 0.01);
      view = {
        scale: view.scale * factor,
        x: clientX - (clientX - view.x) * factor,
        y: clientY - (clientY - view.y) * factor,
      };
    }
    place();
  });
  place();
}

/** The element that takes the wheel, and in it a layer with the photo. */
export async function showPhoto(
  address: string,
): Promise<{ stage: HTMLElement; layer: HTMLElement; photo: HTMLImageElement }> {
  const stage = document.createElement("div");
  stage.className = "stage";
  const layer = document.createElement("div");
  layer.className = "layer";
  const photo = new Image();
  photo.src = address;
  await photo.decode();
  layer.append(photo);
  stage.append(layer);
  document.body.append(stage);
  moveByWheel(stage, layer, photo.naturalWidth, photo.naturalHeight);
  return { stage, layer, photo };
}
