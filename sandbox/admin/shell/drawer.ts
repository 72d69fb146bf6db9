import { byId } from "./dom.ts";

/** On narrow screens the navigation is a drawer behind the menu button. */
export function installDrawer(): void {
  const setOpen = (isOpen: boolean): void => {
    document.body.classList.toggle("drawer", isOpen);
    byId("scrim").hidden = !isOpen;
    byId("menu-button").ariaExpanded = String(isOpen);
  };
  byId("menu-button").addEventListener("click", () => {
    setOpen(!document.body.classList.contains("drawer"));
  });
  byId("scrim").addEventListener("click", () => setOpen(false));
  byId("side-nav").addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a") !== null) setOpen(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") setOpen(false);
  });
}
