/** Text in the charsets Amazon writes reports in, and the content type that names each. */
export const REPORT_CHARSETS = ["UTF-8", "UTF-8-BOM", "Cp1252", "Shift_JIS"] as const;
export type ReportCharset = (typeof REPORT_CHARSETS)[number];

export function encodeReport(text: string, charset: ReportCharset): Uint8Array {
  switch (charset) {
    case "UTF-8":
      return Buffer.from(text, "utf8");
    case "UTF-8-BOM":
      return Buffer.from(`\uFEFF${text}`, "utf8");
    case "Cp1252":
      return encodeBy(text, singleByteTable("windows-1252"));
    case "Shift_JIS":
      return encodeBy(text, shiftJisTable());
  }
}

/** As the document's `content-type` names it; a byte order mark is no charset of its own. */
export function charsetName(charset: ReportCharset): string {
  return charset === "UTF-8-BOM" ? "UTF-8" : charset;
}

type ByteTable = ReadonlyMap<string, readonly number[]>;

/** What a charset lacks becomes a question mark, as Amazon prints it. */
function encodeBy(text: string, table: ByteTable): Uint8Array {
  const bytes: number[] = [];
  for (const letter of text) bytes.push(...(table.get(letter) ?? [0x3f]));
  return Uint8Array.from(bytes);
}

/** Node decodes these charsets and does not encode them: the table is its decoder, read backwards. */
function singleByteTable(label: string): Map<string, readonly number[]> {
  const decoder = new TextDecoder(label);
  const table = new Map<string, readonly number[]>();
  for (let byte = 0; byte < 256; byte += 1) {
    const letter = decoder.decode(Uint8Array.of(byte));
    if (letter.length === 1 && letter !== "\uFFFD" && !table.has(letter)) table.set(letter, [byte]);
  }
  return table;
}

function shiftJisTable(): ByteTable {
  const decoder = new TextDecoder("shift_jis");
  const table = singleByteTable("shift_jis");
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    if (lead > 0x9f && lead < 0xe0) continue;
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      const letter = decoder.decode(Uint8Array.of(lead, trail));
      const isOne = [...letter].length === 1 && letter !== "\uFFFD";
      if (isOne && !table.has(letter)) table.set(letter, [lead, trail]);
    }
  }
  return table;
}
