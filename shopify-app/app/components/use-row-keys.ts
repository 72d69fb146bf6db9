import { useEffect, useRef } from "react";

/** What the keys do: j and k walk through the rows, the others act on the row in focus. */
export interface RowKeys {
  readonly onApprove: (changeId: string) => void;
  readonly onReject: (changeId: string) => void;
}

const ROW = "[data-change-row]";

/**
 * Keyboard for a list of rows. The row in focus is the browser's own focus, so that screen readers follow.
 * Keys typed into a field, or with a modifier, are left alone.
 */
export function useRowKeys(keys: RowKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const rows = [...document.querySelectorAll<HTMLElement>(ROW)];
      const here = rows.findIndex((row) =>
        (row.closest("tr, li") ?? row).contains(document.activeElement),
      );
      const changeId = rows[here]?.dataset["changeRow"];
      if (event.key === "j") focusRow(rows[nextRow(here, 1, rows.length)]);
      else if (event.key === "k") focusRow(rows[nextRow(here, -1, rows.length)]);
      else if (event.key === "a" && changeId !== undefined) latest.current.onApprove(changeId);
      else if (event.key === "r" && changeId !== undefined) latest.current.onReject(changeId);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** The row to go to: the first when none is in focus, and never past either end. */
export function nextRow(here: number, step: 1 | -1, count: number): number {
  if (here < 0) return 0;
  return Math.min(Math.max(here + step, 0), count - 1);
}

function focusRow(row: HTMLElement | undefined): void {
  const target = row?.querySelector<HTMLElement>("a, button");
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName);
}
