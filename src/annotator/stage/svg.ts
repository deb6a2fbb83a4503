const NAMESPACE = "http://www.w3.org/2000/svg";

/** An SVG element with attributes, for what is no component. */
export function createSvg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** A drawing of `icons.svg`. */
export function createUse(symbol: string, attributes: Readonly<Record<string, string>> = {}): SVGSVGElement {
  const svg = createSvg("svg", attributes);
  svg.append(createSvg("use", { href: `#i-${symbol}` }));
  return svg;
}
