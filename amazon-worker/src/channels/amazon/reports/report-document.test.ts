import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { openDocument, readLines, unnamedCharset } from "./report-document.ts";

const signal = new AbortController().signal;
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const { port } = started.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}/report`;
}

async function linesOf(url: string, into: string[] = []): Promise<string[]> {
  const document = await openDocument(url, signal);
  for await (const line of readLines(document, "windows-1252")) into.push(line);
  return into;
}

const TEXT = Array.from({ length: 5_000 }, (_, index) => `row ${String(index)}`).join("\n");

describe("a report's document", () => {
  it.each([
    ["as it is", Buffer.from(TEXT)],
    ["compressed", gzipSync(TEXT)],
  ])("that is cut half-way %s fails, after the rows before the cut", async (_how, bytes) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => {
        setTimeout(() => response.destroy(), 20);
      });
    });
    const read: string[] = [];

    await expect(linesOf(url, read)).rejects.toMatchObject({
      code: "amazon_unavailable",
      retry: "backoff",
    });
    expect(read[0]).toBe("row 0");
    expect(read.length).toBeLessThan(5_000);
  });

  it("whose address is too old is a failed report, to be opened anew", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end(
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
      );
    });

    await expect(linesOf(url)).rejects.toMatchObject({
      code: "amazon_report_failed",
      retry: "backoff",
    });
  });

  it("gives its first lines before its last have been sent", async () => {
    let finish = (): void => {};
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write("first\nsecond\n");
      finish = () => response.end("last\n");
    });
    const document = await openDocument(url, signal);
    const lines = readLines(document, "windows-1252");

    expect((await lines.next()).value).toBe("first");
    finish();
    const rest: string[] = [];
    for await (const line of lines) rest.push(line);
    expect(rest).toEqual(["second", "last"]);
  });

  it("lets go of the connection when the reader stops early", async () => {
    const closed = Promise.withResolvers<boolean>();
    const url = await serve((_request, response) => {
      response.on("close", () => closed.resolve(true));
      response.writeHead(200);
      response.write(`${TEXT}\n`);
    });
    const document = await openDocument(url, signal);

    for await (const line of readLines(document, "windows-1252")) if (line === "row 1") break;

    expect(await closed.promise).toBe(true);
  });

  it("ends with the caller's own reason when it is told to stop", async () => {
    const stop = new AbortController();
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write("first\n");
    });
    const document = await openDocument(url, stop.signal);
    const lines = readLines(document, "windows-1252");
    await lines.next();
    stop.abort(new Error("the worker stops"));

    await expect(lines.next()).rejects.toThrow("the worker stops");
  });
});

it.each([
  ["US", "ATVPDKIKX0DER", "windows-1252"],
  ["DE", "A1PA6795UKMFR9", "windows-1252"],
  ["JP", "A1VC38T7YXB528", "shift_jis"],
  // Of Japan's region, but not of its script: read as Shift_JIS, "CAFÉ-1" would be another SKU.
  ["AU", "A39IBJ37TRP1C6", "windows-1252"],
  ["SG", "A19VAU5U5O7RUS", "windows-1252"],
])("a document about %s that names no charset is read by its store's", (_country, id, charset) => {
  expect(unnamedCharset([id])).toBe(charset);
});
