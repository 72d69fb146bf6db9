import { useState } from "react";

/** What a form holds while a person types; null values are impossible, a blank is "". */
export interface FormDraft<Values extends Readonly<Record<string, string>>> {
  readonly values: Values;
  readonly isDirty: boolean;
  readonly set: (name: keyof Values & string) => (value: string) => void;
  readonly discard: () => void;
}

/** Holds typed values over the saved ones. What is saved shows through until somebody types. */
export function useFormDraft<Values extends Readonly<Record<string, string>>>(
  saved: Values,
): FormDraft<Values> {
  const [draft, setDraft] = useState<Partial<Values>>({});
  return {
    values: { ...saved, ...draft },
    isDirty: isDraftDirty(saved, draft),
    set: (name) => (value) => setDraft((before) => ({ ...before, [name]: value })),
    discard: () => setDraft({}),
  };
}

/** True when some typed value differs from the saved one. */
export function isDraftDirty(
  saved: Readonly<Record<string, string>>,
  draft: Readonly<Record<string, string | undefined>>,
): boolean {
  return Object.entries(draft).some(
    ([name, value]) => value !== undefined && value !== saved[name],
  );
}
