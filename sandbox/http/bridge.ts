/** node:http on one side, fetch's Request and Response on the other. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { DropConnection } from "./part.ts";

export type FetchHandler = (request: Request) => Promise<Response>;

/** Real bodies stay far below: the largest is a feed of 10 MiB. */
const BODY_BYTES_MAX = 128 * 1024 * 1024;

/** The host the caller asked for: the preload's header first, then `Host`; no port, lower case. */
export function originalHost(incoming: IncomingMessage): string {
  const header = incoming.headers["x-sandbox-host"] ?? incoming.headers.host ?? "";
  const host = (Array.isArray(header) ? header[0] : header) ?? "";
  return host.toLowerCase().replace(/:\d+$/, "");
}

export async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: FetchHandler,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const request = await toRequest(incoming, gone.signal);
    await sendResponse(await handler(request), outgoing);
  } catch (error) {
    if (error instanceof DropConnection || outgoing.headersSent || outgoing.destroyed) {
      incoming.socket.destroy();
      return;
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    outgoing.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
    outgoing.end(`sandbox: the stand-in itself failed\n${message}\n`);
  }
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(requestUrl(incoming), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: await readBody(incoming) } : {}),
  });
}

/** Vendor hosts become https, as the caller wrote them; loopback keeps http and its port. */
function requestUrl(incoming: IncomingMessage): string {
  const host = originalHost(incoming);
  const isLoopback = host === "127.0.0.1" || host === "localhost" || host === "[::1]";
  const origin = isLoopback ? `http://${incoming.headers.host ?? host}` : `https://${host}`;
  const path = incoming.url ?? "/";
  return `${origin}${path.startsWith("/") ? path : `/${path}`}`;
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new DropConnection("the body is larger than any vendor takes");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  if (response.statusText !== "") outgoing.statusMessage = response.statusText;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (response.status !== 204 && response.status !== 304) {
    outgoing.setHeader("content-length", body.length);
  }
  outgoing.end(body);
}
