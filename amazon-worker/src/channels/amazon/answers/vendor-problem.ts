import { z } from "zod";
import { text } from "./lenient.ts";

/** What Amazon says is wrong with one entry of an answer that as a whole is right. */
export interface VendorProblem {
  readonly code: string;
  readonly message: string;
}

/** An entry of an `errors` list. */
export const Problem = z
  .object({ code: text, message: text })
  .transform(({ code, message }): VendorProblem => ({ code: code ?? "", message: message ?? "" }));

/** The status of one entry of a batch; 0 when Amazon gave none. */
export const batchStatus = z
  .object({ statusCode: z.int() })
  .catch({ statusCode: 0 })
  .transform(({ statusCode }) => statusCode);

/** Amazon's fulfilment words; null for a new one. */
export function fulfilmentOf(word: string | null): "amazon" | "merchant" | null {
  if (word === "AFN" || word === "Amazon") return "amazon";
  return word === "MFN" || word === "Merchant" ? "merchant" : null;
}
