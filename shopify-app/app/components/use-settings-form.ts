import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import { fieldWords } from "../copy/fields.ts";
import type { Reply } from "../http/reply.ts";
import { useFormDraft } from "./use-form-draft.ts";
import { useReplyToast } from "./use-reply-toast.ts";

/** A form with a save bar: what is typed, what is wrong, and how to save it. */
export function useSettingsForm<Values extends Readonly<Record<string, string>>>(form: {
  saved: Values;
  /** Fields the action needs beside the typed ones. */
  fixed: Readonly<Record<string, string>>;
  onDirty?: (isDirty: boolean) => void;
}) {
  const fetcher = useFetcher<Reply>();
  const draft = useFormDraft(form.saved);
  const { data, submit } = fetcher;
  const { onDirty } = form;
  useReplyToast(data);
  const { discard, isDirty } = draft;
  // Saved: what the server made of the texts shows instead of what was typed.
  useEffect(() => {
    if (data?.kind === "saved") discard();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `discard` is made anew with each render and always does the same
  }, [data]);
  useEffect(() => onDirty?.(isDirty), [isDirty, onDirty]);
  const problems = data?.kind === "invalid" && isDirty ? data.fields : {};
  return {
    values: draft.values,
    set: draft.set,
    isDirty,
    isSaving: fetcher.state !== "idle",
    reply: data,
    discard,
    problemOf: (name: keyof Values & string) => fieldWords(problems[name]),
    save: () => submit({ ...draft.values, ...form.fixed }, { method: "post" }),
  };
}
