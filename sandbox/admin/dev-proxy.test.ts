import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startDevProxy } from "./dev-proxy.ts";
import type { RunningDevProxy } from "./dev-proxy.ts";

const shellOrigin = "http://localhost:4010";
let app: Server | undefined;
let proxy: RunningDevProxy | undefined;

afterEach(async () => {
  await proxy?.close();
  app?.closeAllConnections();
  app?.close();
});

describe("the dev proxy", () => {
  it("keeps the browser's host, so that the app's own origin check passes", async () => {
    let seen: IncomingMessage["headers"] = {};
    const origin = await startBehindProxy((request, response) => {
      seen = request.headers;
      response.end();
    });

    await fetch(`${origin}/app`, { method: "POST", body: "a=1" });

    const { host } = new URL(origin);
    expect(seen).toMatchObject({ host, "x-forwarded-host": host, "accept-encoding": "identity" });
  });

  it.each(["text/html; charset=utf-8", "text/x-script; charset=utf-8", "application/json"])(
    "sends outside addresses in %s to the sandbox",
    async (type) => {
      const origin = await startBehindProxy((_request, response) => {
        response.writeHead(200, { "content-type": type, "content-length": "37" });
        response.end('"https://sellercentral.amazon.com/ab"');
      });

      const answer = await fetch(origin);

      expect(await answer.text()).toBe(
        `"${shellOrigin}/amazon-consent/sellercentral.amazon.com/ab"`,
      );
    },
  );

  it("sends redirects and preloads to the sandbox", async () => {
    const origin = await startBehindProxy((_request, response) => {
      response.writeHead(302, {
        location: "https://admin.shopify.com/store/x/apps/key",
        link: "<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel=preload",
      });
      response.end();
    });

    const { headers } = await fetch(origin, { redirect: "manual" });

    expect(headers.get("location")).toBe(`${shellOrigin}/store/x/apps/key`);
    expect(headers.get("link")).toBe(`<${shellOrigin}/shopifycloud/app-bridge.js>; rel=preload`);
  });

  it("passes each piece of an answer on as it comes", async () => {
    let finish: () => void = () => undefined;
    const origin = await startBehindProxy((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.write("<p>first</p>");
      finish = () => response.end("<p>second</p>");
    });

    const reader = (await fetch(origin)).body?.getReader();
    const first = await reader?.read();
    finish();

    expect(new TextDecoder().decode(first?.value)).toBe("<p>first</p>");
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("<p>second</p>");
  });

  it("leaves cookies, pictures and other headers alone", async () => {
    const origin = await startBehindProxy((_request, response) => {
      response.writeHead(200, {
        "content-type": "image/svg+xml",
        "set-cookie": ["a=1; Path=/", "b=2"],
        etag: '"7"',
      });
      response.end("https://cdn.shopify.com/x");
    });

    const answer = await fetch(origin);

    expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    expect(answer.headers.get("etag")).toBe('"7"');
    expect(await answer.text()).toBe("https://cdn.shopify.com/x");
  });

  it("asks the browser to try again while the app is not up", async () => {
    const origin = await startBehindProxy(() => undefined);
    app?.close();

    const answer = await fetch(origin);

    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("not answering yet");
  });
});

async function startBehindProxy(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  app = server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  proxy = await startDevProxy({ port: 0, target: `http://127.0.0.1:${port}`, shellOrigin });
  return `http://127.0.0.1:${proxy.port}`;
}
