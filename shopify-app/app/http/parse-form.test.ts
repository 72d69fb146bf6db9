import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseChangeId } from "@calibr/shared/core/ids";
import { formTexts, idField, listField, parseForm } from "./parse-form.ts";

const Schema = z.object({
  intent: z.enum(["approve"], { error: "unknown_choice" }),
  id: listField(idField(parseChangeId)),
});

function form(...fields: [string, string][]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

describe("a form", () => {
  it("reads one, several or no ids as a list", () => {
    const read = (...ids: string[]) =>
      parseForm(
        Schema,
        form(["intent", "approve"], ...ids.map((id): [string, string] => ["id", id])),
      );

    expect(read()).toEqual({ ok: true, value: { intent: "approve", id: [] } });
    expect(read("4")).toEqual({ ok: true, value: { intent: "approve", id: ["4"] } });
    expect(read("4", " 5 ")).toEqual({ ok: true, value: { intent: "approve", id: ["4", "5"] } });
  });

  it.each([
    [form(["id", "4"]), { intent: "unknown_choice" }],
    [form(["intent", "approve"], ["id", "4; DROP TABLE shop"]), { id: "unknown_id" }],
    [form(["intent", "approve"], ["id", "4"], ["id", "0"]), { id: "unknown_id" }],
  ])("names the code of what is wrong", (data, fields) => {
    expect(parseForm(Schema, data)).toEqual({ ok: false, fields });
  });

  it("never shows a schema library's own words", () => {
    const result = parseForm(z.object({ name: z.string() }), form());

    expect(result).toEqual({ ok: false, fields: { name: "not_understood" } });
  });

  it("takes texts trimmed and leaves files out", () => {
    const data = form(["cost", " 12.50 "]);
    data.append("upload", new Blob(["x"]), "x.txt");

    expect(formTexts(data)).toEqual({ cost: "12.50" });
  });
});
