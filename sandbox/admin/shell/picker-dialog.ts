import type { PickerRow } from "../messages.ts";
import { openDialog } from "./dialog.ts";
import { make } from "./dom.ts";

export interface PickerDialogInput {
  readonly heading: string;
  readonly confirmLabel: string;
  /** How many rows may be chosen; null for any number. */
  readonly limit: number | null;
  readonly selectedIds: readonly string[];
  /** Shown in the search field at first; null leaves the field out. */
  readonly search: string | null;
  readonly rows: (search: string) => Promise<readonly PickerDialogRow[]>;
}

/** A row, and the rows that are chosen together with it (a product's variants). */
export interface PickerDialogRow extends PickerRow {
  readonly children: readonly PickerRow[];
}

/** Lets a person choose rows. Resolves with their ids, or null when it was cancelled. */
export async function pickRows(input: PickerDialogInput): Promise<ReadonlySet<string> | null> {
  const chosen = new Set(input.selectedIds);
  const list = make("div", "");
  const count = make("span", "count");
  let rows: readonly PickerDialogRow[] = [];

  const draw = (): void => {
    list.replaceChildren(
      ...rows.flatMap((row) => [
        rowView(row, "", chosen, () => toggle(row)),
        ...row.children.map((child) =>
          rowView(child, " child", chosen, () => toggleChild(row, child)),
        ),
      ]),
    );
    if (rows.length === 0) list.replaceChildren(make("p", "empty muted", "Nothing matches."));
    count.textContent = `${rows.filter((row) => chosen.has(row.id)).length} selected`;
  };
  const makeRoom = (row: PickerDialogRow): void => {
    const others = rows.filter((other) => other !== row && chosen.has(other.id));
    if (input.limit === null || others.length < input.limit) return;
    for (const other of others.slice(input.limit - 1)) drop(other);
  };
  const drop = (row: PickerDialogRow): void => {
    for (const { id } of [row, ...row.children]) chosen.delete(id);
  };
  const toggle = (row: PickerDialogRow): void => {
    if (chosen.has(row.id)) drop(row);
    else {
      makeRoom(row);
      for (const { id } of [row, ...row.children]) chosen.add(id);
    }
    draw();
  };
  const toggleChild = (row: PickerDialogRow, child: PickerRow): void => {
    if (chosen.has(child.id)) chosen.delete(child.id);
    else {
      makeRoom(row);
      chosen.add(child.id);
    }
    if (row.children.some(({ id }) => chosen.has(id))) chosen.add(row.id);
    else chosen.delete(row.id);
    draw();
  };
  const load = async (search: string): Promise<void> => {
    rows = await input.rows(search);
    for (const row of rows) if (row.isSelected) chosen.add(row.id);
    draw();
  };

  const body = make("div", "body flush", list);
  if (input.search !== null) body.prepend(searchField(input.search, load));
  await load(input.search ?? "");
  const { heading, confirmLabel } = input;
  const isDone = await openDialog({ heading, body, confirmLabel, cancelLabel: "Cancel", count });
  return isDone ? chosen : null;
}

function searchField(search: string, load: (search: string) => Promise<void>): HTMLElement {
  const field = make("input");
  field.type = "search";
  field.value = search;
  field.placeholder = "Search";
  field.ariaLabel = "Search";
  field.autofocus = true;
  field.addEventListener("input", () => void load(field.value));
  return make("div", "picker-search", field);
}

function rowView(
  row: PickerRow,
  level: string,
  chosen: ReadonlySet<string>,
  toggle: () => void,
): HTMLElement {
  const box = make("input");
  box.type = "checkbox";
  box.checked = chosen.has(row.id);
  box.disabled = row.isDisabled;
  box.addEventListener("change", toggle);
  const view = make("label", `picker-row${level}${row.isDisabled ? " off" : ""}`, box);
  if (row.imageUrl !== null) {
    const image = make("img", "thumbnail");
    image.src = row.imageUrl;
    image.alt = "";
    view.append(image);
  }
  view.append(make("span", "name", row.heading));
  view.append(...row.details.map((detail) => make("span", "detail", detail)));
  return view;
}
