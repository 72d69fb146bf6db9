/**
 * Feed and report documents behind presigned URLs, as S3 serves them: good for five minutes of
 * sandbox time, no authorization header allowed, and an upload must carry the very content type it
 * was signed for.
 */
import { createHash, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { SandboxClock } from "../clock.ts";
import type { AmazonRegion } from "./marketplaces.ts";

const DOCUMENT_URL_LIFE_MS = 5 * 60_000;
const HOST_PATTERN = /^tortuga-prod-(na|eu|fe)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/;

interface StoredDocument {
  readonly id: string;
  readonly region: AmazonRegion;
  readonly contentType: string;
  /** Undefined until it is uploaded. */
  body: Uint8Array | undefined;
  readonly isGzip: boolean;
}

export interface Documents {
  owns(host: string): boolean;
  /** An empty document to upload to. */
  createUpload(region: AmazonRegion, contentType: string): { id: string; url: string };
  /** A finished document to download. */
  createResult(
    region: AmazonRegion,
    document: { contentType: string; text: string | Uint8Array; isGzip: boolean },
  ): string;
  find(id: string): StoredDocument | undefined;
  /** A fresh presigned URL to read it by. */
  downloadUrl(document: StoredDocument): string;
  handle(request: Request): Promise<Response>;
}

export function createDocuments(clock: SandboxClock): Documents {
  const documents = new Map<string, StoredDocument>();

  return {
    owns: (host) => HOST_PATTERN.test(host),
    createUpload(region, contentType) {
      const id = `amzn1.tortuga.4.${region}.${randomUUID()}`;
      const document = { id, region, contentType, body: undefined, isGzip: false };
      documents.set(id, document);
      return { id, url: presignedUrl(document, "PUT", clock.now()) };
    },
    createResult(region, { contentType, text, isGzip }) {
      const id = `amzn1.tortuga.4.${region}.${randomUUID()}`;
      const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
      const body = isGzip ? gzipSync(bytes) : bytes;
      documents.set(id, { id, region, contentType, body, isGzip });
      return id;
    },
    find: (id) => documents.get(id),
    downloadUrl: (document) => presignedUrl(document, "GET", clock.now()),
    async handle(request) {
      const id = decodeURIComponent(new URL(request.url).pathname.slice(1));
      const document = documents.get(id);
      const refused = refusalOf(request, document, clock.now());
      if (refused !== undefined || document === undefined) return refused ?? mismatch();
      if (request.method === "PUT") {
        document.body = new Uint8Array(await request.arrayBuffer());
        return new Response(null, { status: 200, headers: { etag: etagOf(document.body) } });
      }
      if (document.body === undefined) {
        return s3Error(404, "NoSuchKey", "The specified key does not exist.");
      }
      // A copy: a Response wants a buffer of its own, not a view into a shared one.
      return new Response(Uint8Array.from(document.body), {
        status: 200,
        headers: { "content-type": document.contentType, etag: etagOf(document.body) },
      });
    },
  };
}

function presignedUrl(document: StoredDocument, method: "GET" | "PUT", at: Date): string {
  const url = new URL(`https://tortuga-prod-${document.region}.s3.amazonaws.com/${document.id}`);
  const issued = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  url.searchParams.set("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  url.searchParams.set("X-Amz-Date", issued);
  url.searchParams.set("X-Amz-SignedHeaders", method === "PUT" ? "content-type;host" : "host");
  url.searchParams.set("X-Amz-Expires", String(DOCUMENT_URL_LIFE_MS / 1000));
  url.searchParams.set("X-Amz-Credential", "SANDBOX/us-east-1/s3/aws4_request");
  url.searchParams.set("X-Amz-Signature", signatureOf({ document, method, issued }));
  return url.toString();
}

/** The error S3 answers with, undefined when the URL is good for this request. */
function refusalOf(
  request: Request,
  document: StoredDocument | undefined,
  at: Date,
): Response | undefined {
  const query = new URL(request.url).searchParams;
  if (request.headers.has("authorization")) {
    return s3Error(400, "InvalidArgument", "Only one auth mechanism allowed");
  }
  const issued = query.get("X-Amz-Date") ?? "";
  const method = request.method === "PUT" ? "PUT" : "GET";
  const signed = document && signatureOf({ document, method, issued });
  if (document === undefined || query.get("X-Amz-Signature") !== signed) return mismatch();
  const issuedAt = issued.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  if (at.getTime() - Date.parse(issuedAt) > DOCUMENT_URL_LIFE_MS) {
    return s3Error(403, "AccessDenied", "Request has expired");
  }
  const isUpload = method === "PUT";
  if (isUpload && request.headers.get("content-type") !== document.contentType) return mismatch();
  return undefined;
}

function signatureOf(input: {
  document: StoredDocument;
  method: "GET" | "PUT";
  issued: string;
}): string {
  const { document, method, issued } = input;
  const signed = `${method}\n${document.id}\n${document.contentType}\n${issued}`;
  return createHash("sha256").update(signed).digest("hex");
}

function etagOf(body: Uint8Array): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function mismatch(): Response {
  return s3Error(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
}

function s3Error(status: number, code: string, message: string): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${randomUUID()}</RequestId></Error>`;
  return new Response(xml, { status, headers: { "content-type": "application/xml" } });
}
