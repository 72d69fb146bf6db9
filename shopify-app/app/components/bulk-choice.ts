/** Which changes a person means: the ids chosen, or everything that waits. */
export type BulkChoice = { readonly ids: readonly string[]; readonly isAll: boolean };

/** The chosen ids that are still on the page; rows may leave while they are selected. */
export function stillThere(
  selected: readonly string[],
  rows: readonly { changeId: string }[],
): string[] {
  const known = new Set(rows.map((row) => row.changeId));
  return selected.filter((id) => known.has(id));
}

/** The fields of a form that moves changes. */
export function moveFields(intent: string, choice: BulkChoice): FormData {
  const form = new FormData();
  form.set("intent", intent);
  if (choice.isAll) form.set("all", "yes");
  else for (const id of choice.ids) form.append("id", id);
  return form;
}
