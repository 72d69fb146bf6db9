import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "@calibr/shared/core/app-error";
import { LAST_GATE_REASONS } from "@calibr/shared/core/guards/last-gate";
import { PRICE_CHANGE_STATES } from "@calibr/shared/core/changes/states";
import { REASON_CODES } from "@calibr/shared/core/pricing/reasons";
import { ITEM_MONEY_PROBLEMS } from "@calibr/shared/services/catalog/set-item-money";
import { FAILURE_WORDS, failureWords } from "./failures.ts";
import { FIELD_WORDS, fieldWords } from "./fields.ts";
import { REASON_WORDS, reasonSentence, reasonTitle } from "./reasons.ts";
import { SAVED_WORDS } from "./replies.ts";
import { SKIP_WORDS, skipWords } from "./skips.ts";
import { STATE_CODE_WORDS, STATE_WORDS, stateCodeSentence } from "./states.ts";

// Codes are stored and may outlive the code that wrote them: none may ever be shown as it is.
const isSentence = /^[A-Z“].*[.:]$/s;

describe("copy", () => {
  it.each([...REASON_CODES, "undo_requested"])(
    "says the reason %s with and without its facts",
    (code) => {
      const words = Object.entries(REASON_WORDS).find(([known]) => known === code)?.[1];

      expect(reasonTitle(code)).not.toBe(code);
      expect(reasonSentence({ code, facts: {} })).toMatch(isSentence);
      expect(reasonSentence({ code, facts: {} })).not.toMatch(/[{}]/);
      // A sentence with a hole in it needs one without.
      expect(words?.text.includes("{") === true && words.plain === undefined).toBe(false);
    },
  );

  it.each(ERROR_CODES)("says what %s means and what to do", (code) => {
    expect(FAILURE_WORDS[code].title).toMatch(/^\S.*[^.]$/);
    expect(FAILURE_WORDS[code].text).toMatch(isSentence);
    expect(stateCodeSentence(code, {})).toBe(FAILURE_WORDS[code].text);
  });

  it.each(PRICE_CHANGE_STATES)("names the state %s", (state) => {
    expect(STATE_WORDS[state].label).not.toBe("");
    expect(STATE_WORDS[state].text).toMatch(isSentence);
  });

  it.each([...LAST_GATE_REASONS, ...Object.keys(STATE_CODE_WORDS)])(
    "says what %s did to a change",
    (code) => {
      expect(stateCodeSentence(code, {})).toMatch(isSentence);
    },
  );

  it.each([...ITEM_MONEY_PROBLEMS, ...Object.keys(FIELD_WORDS)])(
    "says what is wrong with a field: %s",
    (code) => {
      expect(Object.keys(FIELD_WORDS)).toContain(code);
      expect(fieldWords(code)).toMatch(isSentence);
    },
  );

  it.each(Object.keys(SKIP_WORDS))("says why a change was left alone: %s", (code) => {
    expect(skipWords(code)).toMatch(/^[a-z].*[^.]$/);
  });

  it.each(Object.values(SAVED_WORDS))("keeps the toast short: %s", (text) => {
    expect(text.split(" ").length).toBeLessThanOrEqual(5);
  });

  it("shows an unknown failure as one of ours, with its code", () => {
    expect(failureWords("brand_new").text).toContain("brand_new");
    expect(fieldWords("brand_new")).toBe(FIELD_WORDS.not_understood);
    expect(fieldWords(undefined)).toBeUndefined();
  });
});
