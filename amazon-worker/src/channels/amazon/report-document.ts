import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { AppError } from "@calibr/shared/core/app-error";
import { connectionError } from "./errors.ts";

/** A report on disk. */
export interface SavedDocument {
  readonly path: string;
  /** As the document's `content-type` names it; null when it names none. */
  readonly charset: string | null;
}

// The presigned address is good for five minutes; a download that takes longer is stuck.
const DOWNLOAD_MS_MAX = 5 * 60_000;

/**
 * Saves a document to a file. It is read while Amazon's details of each listing are fetched, which
 * takes minutes: a connection held open that long would be cut.
 */
export async function saveDocument(
  download: { readonly url: string; readonly path: string },
  signal: AbortSignal,
): Promise<SavedDocument> {
  const operation = "reports.download";
  const both = AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS_MAX)]);
  try {
    const response = await fetch(download.url, { signal: both });
    if (response.status !== 200 || response.body === null) {
      throw new AppError({
        code: "amazon_report_failed",
        retry: "backoff",
        message: `${operation}: HTTP ${response.status}, expected 200 with a document`,
        context: { operation, status: response.status },
      });
    }
    await pipeline(Readable.fromWeb(response.body), createWriteStream(download.path), {
      signal: both,
    });
    const contentType = response.headers.get("content-type") ?? "";
    const charset = /charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? null;
    return { path: download.path, charset };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw connectionError(operation, error);
  }
}

/**
 * The lines of a saved document, without line ends and byte order mark.
 *
 * Whether it is compressed is read from its first bytes: storage that names the compression in
 * `content-encoding` is unpacked on the way, whatever `compressionAlgorithm` says.
 */
export async function* readLines(document: SavedDocument): AsyncGenerator<string> {
  const decoder = decoderFor(document.charset);
  let rest = "";
  for await (const chunk of await openBytes(document.path)) {
    const lines = (rest + decoder.decode(toBytes(chunk), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.decode();
  if (rest !== "") yield withoutReturn(rest);
}

const GZIP_MAGIC = 0x1f8b;

async function openBytes(path: string): Promise<Readable> {
  const file = createReadStream(path);
  if (!(await isGzip(path))) return file;
  const unpacked = createGunzip();
  // `pipe` alone would leave the reader waiting for ever when the file fails.
  file.on("error", (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === GZIP_MAGIC;
  } finally {
    await handle.close();
  }
}

function decoderFor(charset: string | null): TextDecoder {
  try {
    return new TextDecoder(charset ?? "utf-8");
  } catch {
    // A charset no platform knows: what is ASCII in it, such as SKUs and ASINs, still reads right.
    return new TextDecoder("windows-1252");
  }
}

function toBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
