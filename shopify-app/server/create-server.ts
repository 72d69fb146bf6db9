import { fileURLToPath } from "node:url";
import { createRequestHandler } from "@remix-run/express";
import type { ServerBuild } from "@remix-run/node";
import { redactUrl } from "@calibr/shared/adapters/log/redact-url";
import type { Logger } from "@calibr/shared/ports/logger";
import express, { type Express, type RequestHandler } from "express";

const CLIENT_FOLDER = fileURLToPath(new URL("../build/client", import.meta.url));
// Shopify's largest webhook is a product of 2,048 variants, well under this; forms are a few kilobytes.
const BODY_BYTES_MAX = 5 * 1024 * 1024;

/** The Express application: safe headers, access log, static files, then the Remix build. */
export function createServer(options: {
  build: ServerBuild;
  logger: Logger;
  /** True when the public address is https, so that browsers may be told to stay there. */
  isHttps: boolean;
}): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(safeHeaders(options.isHttps), accessLog(options.logger), bodyLimit);
  app.use(
    "/assets",
    // File names carry a hash of their content: a new build has new names.
    express.static(`${CLIENT_FOLDER}/assets`, {
      immutable: true,
      maxAge: "1y",
      fallthrough: false,
    }),
  );
  app.use(express.static(CLIENT_FOLDER, { maxAge: "1h", index: false }));
  const answer = createRequestHandler({ build: options.build, mode: "production" });
  // Never rejects: the handler gives what it could not answer to `next`.
  app.all("*", (request, response, next) => void answer(request, response, next));
  return app;
}

function safeHeaders(isHttps: boolean): RequestHandler {
  return (_request, response, next) => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    // Addresses of embedded pages carry session tokens: no other site may see them.
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader(
      "Permissions-Policy",
      "camera=(), geolocation=(), microphone=(), payment=()",
    );
    if (isHttps) response.setHeader("Strict-Transport-Security", "max-age=31536000");
    next();
  };
}

function accessLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.on("close", () => {
      const facts = {
        method: request.method,
        url: redactUrl(request.originalUrl),
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
        isCut: !response.writableFinished,
      };
      if (/^\/(?:assets\/|healthz|favicon|__manifest)/.test(request.originalUrl))
        logger.debug("request", facts);
      else logger.info("request", facts);
    });
    next();
  };
}

const bodyLimit: RequestHandler = (request, response, next) => {
  const length = Number.parseInt(request.headers["content-length"] ?? "0", 10);
  if (length > BODY_BYTES_MAX) response.status(413).type("text").send("Too large.\n");
  else next();
};
