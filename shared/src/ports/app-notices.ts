/** What Amazon said about the application's own client secret. */
export interface SecretNotice {
  readonly kind: "client_secret_ending" | "client_secret_renewed";
  readonly clientId: string;
  /** When the secret in use ends; null when Amazon did not say. */
  readonly endsAt: Date | null;
  readonly occurredAt: Date;
}

/** A message that names nobody we know how to tell. */
export interface PoisonMessage {
  /** A hash of the text: the same broken message is one row. */
  readonly eventId: string;
  readonly body: string;
  readonly problem: string;
}

/** Notices and broken messages that belong to no shop. */
export interface AppNotices {
  /** Keeps notices; of one kind and client the latest by its own instant stays. */
  keep(notices: readonly SecretNotice[], receivedAt: Date): Promise<void>;
  /** Sets messages aside for a person; a repeated one is counted. Old ones are let go. */
  setAside(messages: readonly PoisonMessage[], receivedAt: Date): Promise<void>;
  /** The end of the secret in use as Amazon announced it last; null when none is announced, or it is past. */
  secretEnd(now: Date): Promise<{ clientId: string; endsAt: Date } | null>;
  /** How many messages stand aside. */
  countSetAside(): Promise<number>;
}
