import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLoopbackHost, isVendorHost } from "./http/vendor-hosts.ts";

const run = promisify(execFile);

/** Answers with what it saw, and like Amazon's token endpoint where the library asks for one. */
const echo = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const host = request.headers["x-sandbox-host"] ?? request.headers.host;
    response.setHeader("content-type", "application/json");
    const body =
      request.url === "/auth/o2/token"
        ? { access_token: "Atza|test", expires_in: 3600, token_type: "bearer" }
        : {
            host,
            method: request.method,
            path: request.url,
            body: Buffer.concat(chunks).toString(),
          };
    response.end(JSON.stringify(request.url?.startsWith("/sellers") ? { payload: [body] } : body));
  });
});

/** Runs one module in a Node of its own, behind the preload, and returns what it prints. */
async function runRerouted(code: string): Promise<unknown> {
  const { port } = echo.address() as AddressInfo;
  const { stdout } = await run(
    process.execPath,
    ["--import", join(import.meta.dirname, "reroute.ts"), "--input-type=module", "-e", code],
    {
      cwd: join(import.meta.dirname, "..", "amazon-worker"),
      env: { ...process.env, NODE_OPTIONS: "", SANDBOX_ORIGIN: `http://127.0.0.1:${port}` },
    },
  );
  return JSON.parse(stdout);
}

beforeAll(() => new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  echo.closeAllConnections();
  echo.close();
});

describe("the reroute preload", () => {
  it("sends the built-in fetch to the sandbox with the host it asked for", async () => {
    const seen = await runRerouted(`
      const answer = await fetch("https://one.myshopify.com/admin?x=1", {
        method: "POST", headers: { "x-own": "kept" }, body: "hello" });
      console.log(await answer.text());`);

    expect(seen).toEqual({
      host: "one.myshopify.com",
      method: "POST",
      path: "/admin?x=1",
      body: "hello",
    });
  });

  it("covers the undici that Remix brings along", async () => {
    const seen = await runRerouted(`
      import { createRequire } from "node:module";
      const require = createRequire(process.cwd() + "/../shopify-app/x.js");
      const remix = createRequire(require.resolve("@remix-run/node"));
      const { fetch } = remix("undici");
      const answer = await fetch("https://two.myshopify.com/a", { headers: [["a", "b"]] });
      console.log(await answer.text());`);

    expect(seen).toMatchObject({ host: "two.myshopify.com", path: "/a" });
  });

  it("sends https.request to the sandbox, through the global agent and through others", async () => {
    const seen = await runRerouted(`
      import https from "node:https";
      const get = (options) => new Promise((resolve, reject) => {
        https.get({ host: "sellingpartnerapi-na.amazon.com", path: "/p", ...options }, (answer) => {
          let text = ""; answer.on("data", (part) => (text += part));
          answer.on("end", () => resolve(JSON.parse(text)));
        }).on("error", reject);
      });
      const own = new https.Agent({ keepAlive: true });
      console.log(JSON.stringify([await get({}), await get({ agent: own })]));
      own.destroy(); https.globalAgent.destroy();`);

    const expected = { host: "sellingpartnerapi-na.amazon.com", path: "/p" };
    expect(seen).toMatchObject([expected, expected]);
  });

  it("carries the amazon-sp-api library, token and call", async () => {
    const seen = await runRerouted(`
      import { SellingPartner } from "amazon-sp-api";
      const client = new SellingPartner({ region: "na", refresh_token: "Atzr|x",
        credentials: { SELLING_PARTNER_APP_CLIENT_ID: "id", SELLING_PARTNER_APP_CLIENT_SECRET: "s" } });
      const answer = await client.callAPI({ operation: "getMarketplaceParticipations", endpoint: "sellers" });
      console.log(JSON.stringify(answer));
      process.exit(0);`);

    expect(seen).toMatchObject([{ host: "sellingpartnerapi-na.amazon.com" }]);
  });

  it("refuses every other outside host by name and lets loopback pass", async () => {
    const seen = await runRerouted(`
      import http from "node:http"; import https from "node:https";
      const failure = async (call) => { try { await call(); return "answered"; }
        catch (error) { return String(error.cause?.message ?? error.message); } };
      const request = (module, url) => new Promise((resolve, reject) =>
        module.get(url, (answer) => { answer.resume(); resolve(answer); }).on("error", reject));
      console.log(JSON.stringify([
        await failure(() => fetch("https://example.com/")),
        await failure(() => request(https, "https://example.com/")),
        await failure(() => request(http, "http://example.com/")),
        await failure(() => fetch(process.env.SANDBOX_ORIGIN)),
        await failure(() => request(http, process.env.SANDBOX_ORIGIN)),
      ]));
      process.exit(0);`);

    const refused: unknown = expect.stringContaining("refused to call example.com");
    expect(seen).toEqual([refused, refused, refused, "answered", "answered"]);
  });
});

describe("the vendors' hosts", () => {
  it.each([
    "calibr-demo.myshopify.com",
    "api.amazon.com",
    "sellingpartnerapi-fe.amazon.com",
    "tortuga-prod-sandbox.s3.amazonaws.com",
    "bucket.s3.us-east-1.amazonaws.com",
    "partners.shopify.com",
  ])("%s goes to the sandbox", (host) => {
    expect(isVendorHost(host)).toBe(true);
  });

  it.each([
    "myshopify.com",
    "calibr.myshopify.com.evil.example",
    "evil-api.amazon.com.example",
    "sellingpartnerapi-xx.amazon.com",
    "amazon.com",
    "localhost.evil.example",
  ])("%s is refused", (host) => {
    expect(isVendorHost(host)).toBe(false);
    expect(isLoopbackHost(host)).toBe(false);
  });
});
