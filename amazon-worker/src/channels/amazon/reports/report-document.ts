import { isUtf8 } from "node:buffer";
import { pipeline, Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { AppError } from "@calibr/shared/core/app-error";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import { connectionError } from "../client/errors.ts";

/** A report while it is downloaded: nothing of it is kept. */
export interface ReportDocument {
  /** As the document's `content-type` names it; null when it names none. */
  readonly charset: string | null;
  /** Unpacked. @throws AppError amazon_unavailable when the download breaks. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

const OPERATION = "reports.download";
// Storage sends as fast as it is read; a minute without a byte is a broken connection.
const IDLE_MS_MAX = 60_000;

/**
 * Opens a document at its presigned address, which is good for five minutes.
 *
 * Whether it is compressed is read from its first bytes: storage that names the compression in
 * `content-encoding` is unpacked on the way, whatever `compressionAlgorithm` says.
 * @throws AppError amazon_report_failed when the address is refused, e.g. because it is too old.
 */
export async function openDocument(url: string, signal: AbortSignal): Promise<ReportDocument> {
  const idle = new AbortController();
  const either = AbortSignal.any([signal, idle.signal]);
  const response = await untilIdle(idle, () => fetch(url, { signal: either })).catch(failed);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new AppError({
      code: "amazon_report_failed",
      retry: "backoff",
      message: `${OPERATION}: HTTP ${response.status}, expected 200 with a document`,
      context: { operation: OPERATION, status: response.status },
    });
  }
  const contentType = response.headers.get("content-type") ?? "";
  const charset = /charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? null;
  return { charset, bytes: withNamedErrors(unpack(chunksOf(response.body, idle)), failed) };

  function failed(error: unknown): never {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw connectionError(OPERATION, error);
  }
}

async function untilIdle<Result>(
  idle: AbortController,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setTimeout(() => idle.abort(new Error("no byte came in time")), IDLE_MS_MAX);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  idle: AbortController,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      // The time that the caller takes to store a chunk does not count.
      const { done, value } = await untilIdle(idle, () => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Closes the connection when the caller stops early.
    await reader.cancel().catch(() => undefined);
  }
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;

async function* unpack(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  const first = Buffer.concat(head);
  const whole = prepend(first, chunks);
  if (first[0] !== GZIP_MAGIC[0] || first[1] !== GZIP_MAGIC[1]) {
    yield* whole;
    return;
  }
  // The pipeline hands an error of either side to the reader of the last.
  yield* pipeline(Readable.from(whole), createGunzip(), () => undefined) as AsyncIterable<Buffer>;
}

async function* prepend(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    // A reader that stops at the first chunk has not begun with the rest, which holds the connection.
    await rest.return(undefined);
  }
}

async function* withNamedErrors(
  chunks: AsyncIterable<Uint8Array>,
  failed: (error: unknown) => never,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    failed(error);
  }
}

/**
 * The charset of lines that are no UTF-8, in a document that names none: Shift_JIS where it is about Japan,
 * Windows-1252 everywhere else, also in Australia and Singapore, which share Japan's region.
 */
export function unnamedCharset(marketplaceIds: readonly string[]): "windows-1252" | "shift_jis" {
  const isJapan = (id: string): boolean => findMarketplace(id)?.country === "JP";
  return marketplaceIds.some(isJapan) ? "shift_jis" : "windows-1252";
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The lines of a document, without line ends and byte order mark.
 *
 * Each line is decoded on its own (neither Shift_JIS nor Windows-1252 uses the byte of a line end inside a
 * character): in the charset that the document names, else as UTF-8, and where it is none as `otherwise`.
 */
export async function* readLines(
  document: ReportDocument,
  otherwise: ReturnType<typeof unnamedCharset>,
): AsyncGenerator<string> {
  const decode = lineDecoder(document.charset, otherwise);
  let rest: Uint8Array = new Uint8Array();
  let isFirst = true;
  const toLine = (bytes: Uint8Array): string => {
    const text = decode(bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes);
    const line = isFirst ? text.replace(/^\uFEFF/, "") : text;
    isFirst = false;
    return line;
  };
  for await (const chunk of document.bytes) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      yield toLine(join(rest, chunk.subarray(from, end)));
      rest = new Uint8Array();
      from = end + 1;
    }
    rest = join(rest, chunk.subarray(from));
  }
  if (rest.length > 0) yield toLine(rest);
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  // A copy also where one side is empty: a view would keep the whole chunk alive.
  return one.length === 0 ? Uint8Array.from(other) : Buffer.concat([one, other]);
}

function lineDecoder(charset: string | null, otherwise: string): (bytes: Uint8Array) => string {
  const named = decoderFor(charset);
  if (named !== null && named.encoding !== "utf-8") return (bytes) => named.decode(bytes);
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const other = new TextDecoder(otherwise);
  return (bytes) => (isUtf8(bytes) ? utf8 : other).decode(bytes);
}

/** Null for none, or one that no platform knows: what is ASCII in it, such as SKUs, still reads right. */
function decoderFor(charset: string | null): TextDecoder | null {
  try {
    return charset === null ? null : new TextDecoder(charset);
  } catch {
    return null;
  }
}
