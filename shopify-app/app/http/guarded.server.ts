import { randomUUID } from "node:crypto";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { AppError } from "@calibr/shared/core/app-error";
import { logger } from "../services.server.ts";
import type { FailureShown } from "./failure-shown.ts";

type RouteArgs = LoaderFunctionArgs | ActionFunctionArgs;

/**
 * Runs the server half of a route. Thrown Responses are Shopify's and pass; any other failure is logged
 * under a new support id, and the page shows that id with the failure's code and nothing else.
 */
export function guarded<Answer>(
  work: (args: RouteArgs) => Promise<Answer>,
): (args: RouteArgs) => Promise<Answer> {
  return async (args) => {
    try {
      return await work(args);
    } catch (cause) {
      if (cause instanceof Response || isDataResponse(cause)) throw cause;
      const supportId = randomUUID().slice(0, 8);
      const code = cause instanceof AppError ? cause.code : "unexpected";
      const { pathname } = new URL(args.request.url);
      logger.error(
        "page_failed",
        { supportId, method: args.request.method, path: pathname },
        cause,
      );
      throw data({ kind: "failure", code, supportId } satisfies FailureShown, { status: 500 });
    }
  };
}

/** The answer of a page that does not exist in this shop. */
export function notFound(): never {
  throw data({ kind: "failure", code: "not_found", supportId: null } satisfies FailureShown, {
    status: 404,
  });
}

function isDataResponse(cause: unknown): boolean {
  return (
    typeof cause === "object" &&
    cause !== null &&
    "type" in cause &&
    cause.type === "DataWithResponseInit"
  );
}
