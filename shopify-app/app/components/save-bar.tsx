import { SaveBar as BridgeSaveBar } from "@shopify/app-bridge-react";

/** The contextual save bar of one form, shown in the Admin's top bar while something is unsaved. */
export function SaveBar(props: {
  id: string;
  isOpen: boolean;
  isSaving: boolean;
  onSave: () => void;
  onDiscard: () => void;
}) {
  return (
    <BridgeSaveBar id={props.id} open={props.isOpen} discardConfirmation>
      <button
        variant="primary"
        // App Bridge reads the bare attribute from the element; React would drop `true`.
        {...(props.isSaving ? { loading: "" } : {})}
        type="button"
        onClick={props.onSave}
      >
        Save
      </button>
      <button type="button" disabled={props.isSaving} onClick={props.onDiscard}>
        Discard
      </button>
    </BridgeSaveBar>
  );
}
