import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Box } from "@shopify/polaris";
import type { ReactNode } from "react";

/** Asks before something that cannot be looked over first. Opens only on a click. */
export function ConfirmModal(props: {
  id: string;
  isOpen: boolean;
  title: string;
  confirm: string;
  isDestructive?: boolean;
  /** True until what is asked for has been typed. */
  isBlocked?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Modal id={props.id} open={props.isOpen} onHide={props.onClose}>
      <Box padding="400">{props.children}</Box>
      <TitleBar title={props.title}>
        <button
          variant="primary"
          tone={props.isDestructive === true ? "critical" : "default"}
          type="button"
          disabled={props.isBlocked === true}
          onClick={() => {
            props.onConfirm();
            props.onClose();
          }}
        >
          {props.confirm}
        </button>
        <button type="button" onClick={props.onClose}>
          Cancel
        </button>
      </TitleBar>
    </Modal>
  );
}
