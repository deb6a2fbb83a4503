import icons from "./icons.svg";

/** The icons, for the document or shadow root that `Icon` is used in. */
export function createSprite(): Element {
  const sprite = document.createElement("div");
  sprite.className = "sprite";
  sprite.setAttribute("aria-hidden", "true");
  // Our own file, not text of others.
  sprite.innerHTML = icons;
  return sprite;
}
