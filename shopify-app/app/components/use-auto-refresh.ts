import { useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";

const MOVING_MS = 2_500;
// Nothing under way: new proposals may still come, but nobody waits for them by the second.
const CALM_MS = 10_000;

/** Loads the page's data again while it is visible: soon when something is under way, now and then otherwise. */
export function useAutoRefresh(isMoving: boolean): void {
  const revalidator = useRevalidator();
  const latest = useRef(revalidator);
  useEffect(() => {
    latest.current = revalidator;
  });
  useEffect(() => {
    const timer = setInterval(
      () => {
        if (document.visibilityState !== "visible" || latest.current.state !== "idle") return;
        latest.current.revalidate();
      },
      isMoving ? MOVING_MS : CALM_MS,
    );
    return () => clearInterval(timer);
  }, [isMoving]);
}
