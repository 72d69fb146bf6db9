import type { ShellConfig } from "../page/app-page.ts";
import { byId } from "./dom.ts";

/** What the server wrote into the page. */
export const shellConfig = JSON.parse(byId("shell-config").textContent) as ShellConfig;

/** Asks the sandbox's own endpoints about this store. */
export async function askSandbox(
  endpoint: string,
  input: Record<string, unknown> = {},
): Promise<unknown> {
  const response = await fetch(`/admin-assets/${endpoint}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ shop: shellConfig.shop, sessionId: shellConfig.sessionId, ...input }),
  });
  if (!response.ok) throw new Error(`${endpoint}: the sandbox answered ${response.status}`);
  return response.json();
}
