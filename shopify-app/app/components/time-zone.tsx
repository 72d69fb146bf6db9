import { createContext, type ReactNode, useContext } from "react";
import { UTC } from "../copy/time.ts";

const Zone = createContext(UTC);

/** Tells every page below it the store's time zone, in which all its instants are shown. */
export function StoreTimeZone({ zone, children }: { zone: string | null; children: ReactNode }) {
  return <Zone.Provider value={zone ?? UTC}>{children}</Zone.Provider>;
}

/** The store's time zone; UTC until Shopify has said it. */
export function useTimeZone(): string {
  return useContext(Zone);
}
