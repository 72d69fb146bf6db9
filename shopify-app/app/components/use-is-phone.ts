import { useSyncExternalStore } from "react";

// Polaris's own step between phone and tablet (breakpoint sm, 490 px).
const PHONE = "(max-width: 489.95px)";

/** True on a narrow screen. `hint` is the server's guess and decides the first paint. */
export function useIsPhone(hint: boolean): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(PHONE).matches,
    () => hint,
  );
}

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(PHONE);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}
