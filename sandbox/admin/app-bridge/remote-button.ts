import type { RemoteButton } from "../messages.ts";
import { onShell } from "./shell-link.ts";

const buttonIds = new WeakMap<Element, string>();
const buttons = new Map<string, WeakRef<HTMLElement>>();
let nextButtonNumber = 1;

/** Describes a button or link of the page that the Admin shows in its own chrome. */
export function remoteButton(element: HTMLElement): RemoteButton {
  return {
    id: idOf(element),
    label: element.textContent.trim() || (element.getAttribute("label") ?? ""),
    isPrimary: element.getAttribute("variant") === "primary",
    isCritical: element.getAttribute("tone") === "critical",
    isDisabled: isOn(element, "disabled"),
    isLoading: isOn(element, "loading"),
  };
}

/** React writes `false` into unknown attributes of some elements as a word. */
export function isOn(element: Element, attribute: string): boolean {
  return element.hasAttribute(attribute) && element.getAttribute(attribute) !== "false";
}

/** Presses in the Admin's chrome become clicks on the page's own button. */
export function installRemoteButtons(): void {
  onShell("press", ({ buttonId }) => pressButton(buttonId));
}

export function pressButton(buttonId: string): void {
  buttons.get(buttonId)?.deref()?.click();
}

function idOf(element: HTMLElement): string {
  const known = buttonIds.get(element);
  if (known !== undefined) return known;
  const id = `button-${nextButtonNumber}`;
  nextButtonNumber += 1;
  buttonIds.set(element, id);
  buttons.set(id, new WeakRef(element));
  return id;
}
