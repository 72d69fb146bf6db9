/** A piece of markup; only `html` makes one, so every other value is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = string | number | Markup | readonly Markup[];

/** Builds markup with every value escaped. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Markup {
  const pieces = strings.map((text, position) => {
    const value = values[position];
    return value === undefined ? text : text + markupText(value);
  });
  return new Markup(pieces.join(""));
}

/** JSON inside a script element: `<` could end the element early. */
export function jsonScript(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replace(/</g, "\\u003c");
  return html`<script type="application/json" id="${id}">
    ${new Markup(json)}
  </script>`;
}

export const nothing = new Markup("");

function markupText(value: HtmlValue): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map((piece) => piece.text).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
