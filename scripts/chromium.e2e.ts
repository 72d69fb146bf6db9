import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./chromium.ts";

let browser: Browser;
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/shared") response.setHeader("access-control-allow-origin", "*");
    response.end(`<h1 style="font-size:40px">x</h1>
      <script>document.querySelector("h1").textContent = "Price " + (40 + 2)</script>
      <p>${request.headers["user-agent"] ?? ""}</p>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

it("renders a page, runs its script and looks like a person's browser", async () => {
  const page = await browser.newPage();
  await page.goto(origin);

  const heading = page.getByRole("heading");

  expect(await heading.textContent()).toBe("Price 42");
  expect((await heading.boundingBox())?.height).toBeGreaterThan(30);
  expect(await page.getByText("Mozilla").textContent()).not.toContain("Headless");
});

it.each([
  { path: "/private", outcome: "refused" },
  { path: "/shared", outcome: "read" },
])("keeps the wall between origins: $path is $outcome", async ({ path, outcome }) => {
  const page = await browser.newPage();

  const answer = await page.evaluate(
    (url) =>
      fetch(url).then(
        () => "read",
        () => "refused",
      ),
    origin + path,
  );

  expect(answer).toBe(outcome);
});
