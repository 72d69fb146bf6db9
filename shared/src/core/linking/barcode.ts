/**
 * Writes a barcode in one form, so that UPC-A, EAN-8, EAN-13 and GTIN-14 of one thing agree: fourteen
 * digits, zeros in front (GS1 General Specifications, section 3, GTIN in 14-digit form). Spaces and
 * hyphens are dropped; an ISBN-10 becomes its ISBN-13.
 *
 * @returns null when it is blank, of another length, or its check digit is wrong: a mistyped barcode is
 * no evidence.
 */
export function normaliseBarcode(text: string | null): string | null {
  const bare = (text ?? "").replaceAll(/[\s-]/g, "").toUpperCase();
  if (/^\d{9}[\dX]$/.test(bare)) return fromIsbn10(bare);
  if (!/^(\d{8}|\d{12,14})$/.test(bare)) return null;
  const gtin = bare.padStart(14, "0");
  return checkDigit(gtin.slice(0, 13)) === gtin.slice(13) && !/^0+$/.test(gtin) ? gtin : null;
}

function fromIsbn10(isbn: string): string | null {
  const digits = Array.from(isbn).map((each) => (each === "X" ? 10 : Number.parseInt(each, 10)));
  // ISO 2108: the digits weighted 10 … 1 add up to a multiple of 11.
  const sum = digits.reduce((total, digit, index) => total + digit * (10 - index), 0);
  if (sum % 11 !== 0 || /^0+$/.test(isbn)) return null;
  const body = `0978${isbn.slice(0, 9)}`;
  return body + checkDigit(body);
}

// GS1: from the right, digits weigh 3, 1, 3, 1 …; the check digit brings the sum to a multiple of ten.
function checkDigit(body: string): string {
  const sum = Array.from(body)
    .reverse()
    .reduce(
      (total, digit, index) => total + Number.parseInt(digit, 10) * (index % 2 === 0 ? 3 : 1),
      0,
    );
  return String((10 - (sum % 10)) % 10);
}
