/** The files of bulk operations: results to download, variables to upload. */
import { RESULT_HOST } from "./bulk-operations.ts";
import type { ShopifyWorld } from "./world-state.ts";

export async function handleBulkFile(
  world: ShopifyWorld,
  request: Request,
  { hostname, pathname }: { hostname: string; pathname: string },
): Promise<Response> {
  if (hostname === RESULT_HOST) return download(world, pathname);
  const form = await request.formData();
  const key = form.get("key");
  const file = form.get("file");
  if (typeof key !== "string" || file === null) return xmlError(400, "InvalidArgument");
  const storeId = /^tmp\/(\d+)\//.exec(key)?.[1];
  const store = [...world.stores.values()].find((candidate) => String(candidate.id) === storeId);
  if (store === undefined) return xmlError(403, "AccessDenied");
  store.uploads.set(key, typeof file === "string" ? file : await file.text());
  const body = `<?xml version="1.0"?><PostResponse><Key>${key}</Key></PostResponse>`;
  return new Response(body, { status: 201, headers: { "content-type": "application/xml" } });
}

function download(world: ShopifyWorld, pathname: string): Response {
  const [, domain, id] = /\/([^/]+)\/(\d+)\.jsonl$/.exec(pathname) ?? [];
  const operation = world.stores
    .get(domain ?? "")
    ?.bulkOperations.find((candidate) => String(candidate.id) === id);
  if (operation === undefined) return xmlError(404, "NoSuchKey");
  return new Response(operation.result, { headers: { "content-type": "application/jsonl" } });
}

function xmlError(status: number, code: string): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}
