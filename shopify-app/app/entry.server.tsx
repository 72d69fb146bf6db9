import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import {
  createReadableStreamFromReadable,
  type EntryContext,
  type HandleErrorFunction,
} from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { renderToPipeableStream } from "react-dom/server";
import { NonceContext } from "./http/nonce.ts";
import { contentSecurityPolicy } from "./http/security-headers.ts";
import { closeServices, config, logger } from "./services.server.ts";
import { shopify } from "./shopify.server.ts";

/** What our own server (`server/main.ts`) needs of the app: one log, one port, one end. */
export const lifecycle = {
  logger,
  port: config.port,
  appUrl: config.shopify.appUrl,
  close: closeServices,
};

// Loaders are awaited before rendering starts; a render that takes longer has lost its way.
export const streamTimeout = 5_000;

/** Renders a document. The page is complete when its shell is ready: no loader of ours streams. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  const nonce = randomBytes(16).toString("base64");
  shopify.addDocumentResponseHeaders(request, headers);
  headers.set(
    "Content-Security-Policy",
    contentSecurityPolicy({ frameAncestors: headers.get("Content-Security-Policy"), nonce }),
  );
  headers.set("Content-Type", "text/html; charset=utf-8");
  return new Promise((resolve, reject) => {
    let responseStatus = status;
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <RemixServer context={context} url={request.url} nonce={nonce} abortDelay={streamTimeout} />
      </NonceContext.Provider>,
      {
        nonce,
        onShellReady() {
          const body = new PassThrough();
          resolve(
            new Response(createReadableStreamFromReadable(body), {
              headers,
              status: responseStatus,
            }),
          );
          pipe(body);
        },
        onShellError: reject,
        onError(cause: unknown) {
          responseStatus = 500;
          logger.error("render_failed", { path: new URL(request.url).pathname }, cause);
        },
      },
    );
    // Longer than the stream's own limit, so that its error is what a reader of the log finds.
    setTimeout(abort, streamTimeout + 1_000).unref();
  });
}

/** Failures outside the guarded routes: a bug in a route module, or a request nobody waits for any more. */
export const handleError: HandleErrorFunction = (cause, { request }) => {
  // An address that leads nowhere is in the access log already.
  if (request.signal.aborted || (isRouteErrorResponse(cause) && cause.status === 404)) return;
  logger.error("request_failed", { path: new URL(request.url).pathname }, cause);
};
