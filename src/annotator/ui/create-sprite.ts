import icons from "./icons.svg";

const SVG = "http://www.w3.org/2000/svg";

/** The icons, for the document or shadow root that `Icon` is used in. */
export function createSprite(): Element {
  const sprite = document.createElement("div");
  sprite.className = "sprite";
  sprite.setAttribute("aria-hidden", "true");
  // Our own file, not text of others.
  sprite.innerHTML = icons;
  return sprite;
}

/** An icon outside of a component. */
export function createIcon(name: string): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  icon.append(use);
  return icon;
}
