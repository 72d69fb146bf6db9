import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandboxClock } from "./clock.ts";
import { DropConnection } from "./http/part.ts";
import type { SandboxPart } from "./http/part.ts";
import { ControlError, handleControl } from "./http/control.ts";
import { startSandbox } from "./server.ts";
import type { RunningSandbox } from "./server.ts";

const echo: SandboxPart = {
  name: "echo",
  owns: (host) => host.endsWith(".echo.example"),
  async handle(request) {
    const url = new URL(request.url);
    if (url.pathname === "/drop") throw new DropConnection();
    if (url.pathname.startsWith("/control/")) {
      return handleControl(request, {
        double: ({ n }) => ({ n: Number(n) * 2 }),
        refuse: () => {
          throw new ControlError("not like this");
        },
      });
    }
    return new Response(`${request.method} ${request.url} ${await request.text()}`, {
      status: 201,
      headers: { "x-own": "yes" },
    });
  },
};

describe("the sandbox's front door", () => {
  const clock = createSandboxClock({ speed: 0 });
  let sandbox: RunningSandbox;
  const call = (path: string, init: RequestInit & { host?: string } = {}): Promise<Response> =>
    fetch(`${sandbox.origin}${path}`, {
      ...init,
      headers: { "x-sandbox-host": init.host ?? "a.echo.example" },
    });
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, seed: 7, clock, parts: [echo] });
  });
  afterAll(() => sandbox.close());

  it("hands a part the request as the caller meant it", async () => {
    const answer = await call("/p?q=1", {
      method: "PUT",
      body: "text",
      host: "A.echo.example:443",
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-own")).toBe("yes");
    expect(await answer.text()).toBe("PUT https://a.echo.example/p?q=1 text");
  });

  it("answers 502 and names the host when no part owns it", async () => {
    const answer = await call("/x", { host: "unknown.example" });

    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("nothing here stands in for unknown.example/x");
  });

  it("closes the socket without an answer when a part drops the connection", async () => {
    await expect(call("/drop")).rejects.toThrow("fetch failed");
  });

  it("sends control calls to the part they name and explains mistakes", async () => {
    const doubled = await call("/control/echo/double", { method: "POST", body: '{"n":21}' });
    expect(await doubled.json()).toEqual({ n: 42 });
    expect((await call("/control/echo/double?n=4")).status).toBe(200);

    const refused = await call("/control/echo/refuse", { method: "POST" });
    expect([refused.status, await refused.json()]).toEqual([400, { error: "not like this" }]);
    expect((await call("/control/echo/nothing")).status).toBe(404);
    expect((await call("/control/other/verb")).status).toBe(502);
  });

  it("lets the clock be driven from outside", async () => {
    const before = clock.now().getTime();

    await call("/control/sandbox/advance", { method: "POST", body: '{"ms":5000}' });

    expect(clock.now().getTime()).toBe(before + 5000);
  });
});
