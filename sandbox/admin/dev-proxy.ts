import { createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { loosenPolicy, originRewrite, rewriteStream, sandboxRewrites } from "./origin-rewrite.ts";
import type { OriginRewrite, TextRewrite } from "./origin-rewrite.ts";

export interface DevProxyOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Origin of the app, for example `http://127.0.0.1:3000`. */
  readonly target: string;
  /** Origin a person's browser shows the Admin frame at. */
  readonly shellOrigin: string;
  /** Instead of `sandboxRewrites(shellOrigin)`. */
  readonly rewrites?: readonly OriginRewrite[];
}

export interface RunningDevProxy {
  readonly port: number;
  close(): Promise<void>;
}

const POLICY_HEADERS = ["content-security-policy", "content-security-policy-report-only"];
const ADDRESS_HEADERS = ["location", "link", "x-shopify-api-request-failure-reauthorize-url"];
const REWRITTEN_TYPES = /^(?:text\/html|text\/x-script|text\/x-turbo|application\/json)\b/;
const SCRIPT_TYPES = /^(?:text|application)\/javascript\b/;
/** Connection matters of one hop (RFC 9110, section 7.6.1). */
const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

/**
 * Stands before the app for a person's ordinary browser, which cannot show a page on localhost as
 * `https://admin.shopify.com`: it adds the Admin frame to the app's frame-ancestors and sends the
 * addresses of Shopify and Amazon in its pages to the sandbox. All else passes as it is.
 */
export async function startDevProxy(options: DevProxyOptions): Promise<RunningDevProxy> {
  const rewrites = options.rewrites ?? sandboxRewrites(options.shellOrigin);
  const rewrite = originRewrite(rewrites);
  const server = createServer((incoming, outgoing) =>
    forward(incoming, outgoing, options, rewrite),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    // A listening TCP server always has an AddressInfo (node:net, server.address).
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, shellOrigin }: DevProxyOptions,
  rewrite: TextRewrite,
): void {
  const upstream = httpRequest(
    // Put together as text: a path like `//host/` must not become another host.
    new URL(new URL(target).origin + (incoming.url ?? "/")),
    { method: incoming.method, headers: requestHeaders(incoming), setHost: false },
    (answer) => {
      const headers = responseHeaders(answer.headers, shellOrigin, rewrite);
      const body = bodyRewrite(answer, shellOrigin, rewrite);
      if (body !== null) for (const name of ["content-length", "etag"]) delete headers[name];
      outgoing.writeHead(answer.statusCode ?? 502, headers);
      void pass(answer, outgoing, body);
    },
  );
  upstream.on("error", () => refuse(outgoing, target));
  outgoing.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

async function pass(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  rewrite: TextRewrite | null,
): Promise<void> {
  const body = rewrite === null ? answer : rewritten(answer, rewrite);
  try {
    await pipeline(body, outgoing);
  } catch {
    // One side hung up in the middle: the other must see that the answer is not whole.
    outgoing.destroy();
  }
}

function rewritten(answer: IncomingMessage, rewrite: TextRewrite): Readable {
  const transform = rewriteStream(rewrite);
  // The two declarations of web streams (DOM and node:stream/web) describe the same objects.
  const source = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
  const piped = source.pipeThrough(transform);
  return Readable.fromWeb(piped as Parameters<typeof Readable.fromWeb>[0]);
}

/** Host stays, so that the app sees the address the browser uses; text must come uncompressed. */
function requestHeaders(incoming: IncomingMessage): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = { ...incoming.headers, "accept-encoding": "identity" };
  for (const name of HOP_HEADERS) delete headers[name];
  if (incoming.headers.host !== undefined) headers["x-forwarded-host"] = incoming.headers.host;
  headers["x-forwarded-proto"] = "http";
  if (incoming.headers["transfer-encoding"] !== undefined) headers["transfer-encoding"] = "chunked";
  return headers;
}

function responseHeaders(
  answered: IncomingHttpHeaders,
  shellOrigin: string,
  rewrite: TextRewrite,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answered)) {
    if (value === undefined || HOP_HEADERS.includes(name)) continue;
    const change = POLICY_HEADERS.includes(name)
      ? (text: string) => loosenPolicy(text, shellOrigin)
      : ADDRESS_HEADERS.includes(name)
        ? rewrite
        : (text: string) => text;
    headers[name] = Array.isArray(value) ? value.map(change) : change(value);
  }
  return headers;
}

/** What to do to a body: pages and data are rewritten, scripts only where they load App Bridge. */
function bodyRewrite(
  answer: IncomingMessage,
  shellOrigin: string,
  rewrite: TextRewrite,
): TextRewrite | null {
  const type = answer.headers["content-type"] ?? "";
  const isPlain = (answer.headers["content-encoding"] ?? "identity") === "identity";
  if (!isPlain || answer.statusCode === 304) return null;
  if (REWRITTEN_TYPES.test(type)) return rewrite;
  if (!SCRIPT_TYPES.test(type)) return null;
  return originRewrite([{ host: /^cdn\.shopify\.com$/, to: () => shellOrigin }]);
}

function refuse(outgoing: ServerResponse, target: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(502, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  outgoing.end(`<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Waiting for the app</title>
<body style="font:14px/1.5 Inter,system-ui,sans-serif;color:#616161;display:grid;place-items:center;min-height:90vh">
<p>The app at ${target} is not answering yet. This page tries again every two seconds.</p>`);
}
