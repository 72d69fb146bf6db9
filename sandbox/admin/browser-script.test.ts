import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { browserScript } from "./browser-script.ts";

const entries = ["./app-bridge/main.ts", "./shell/main.ts", "./shell/store-main.ts"];

describe.each(entries)("the browser script of %s", (entry) => {
  const script = browserScript(new URL(entry, import.meta.url));

  it("is one classic script that a browser can parse", () => {
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/^\s*(?:import|export)\s/m);
  });

  // The modules share one scope, in which a second function silently replaces the first.
  it("gives no two top-level functions one name", () => {
    const names = [...script.matchAll(/^(?:async )?function (\w+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
