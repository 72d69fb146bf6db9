import { createContext, useContext } from "react";

/** The number used once that lets our own inline scripts run under the page's content security policy. */
export const NonceContext = createContext<string | undefined>(undefined);

/** The nonce of the document being rendered; undefined in the browser, where no script is written any more. */
export function useNonce(): string | undefined {
  return useContext(NonceContext);
}
