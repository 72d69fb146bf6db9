/** The element with this id, which the server always writes into the shell's page. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the shell's page has no #${id}`);
  return element;
}

/** Makes an element; texts become text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

export function makeButton(label: string, className: string, press: () => void): HTMLButtonElement {
  const button = make("button", className, label);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}

const SVG = "http://www.w3.org/2000/svg";

export function makeIcon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { class: "icon", viewBox: "0 0 20 20", width: "20", height: "20" };
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": "1.5" };
  for (const [name, value] of Object.entries({ ...attributes, ...stroke, "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
