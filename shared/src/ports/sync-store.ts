import type { ConnectionId } from "../core/ids.ts";

/** Runs that read a catalogue by tasks. */
export type TaskRunKind = "changes" | "items" | "stock" | "fees";

/** One marketplace's share of an import. */
export interface SyncPart {
  readonly runId: string;
  readonly state: "report" | "details" | "done" | "failed";
}

/** How an import stands as a whole. */
export interface ImportStand {
  /** Marketplaces still under way. */
  readonly open: number;
  readonly done: number;
  /** Why the first of the failed ones failed; null when none did. */
  readonly errorCode: string | null;
}

/** Runs that go on over many tasks: an import part by part, and what each run found. */
export interface SyncStore {
  /**
   * Starts an import with one part for each marketplace. One that is under way goes on instead, with parts
   * for marketplaces that it lacks, unless it began before `staleBefore`: then it ends as `worker_lost`.
   * @returns whether a new one began.
   */
  startImport(import_: {
    readonly connectionId: ConnectionId;
    readonly marketplaceIds: readonly string[];
    readonly at: Date;
    readonly staleBefore: Date;
  }): Promise<{ readonly runId: string; readonly isNew: boolean }>;
  /** The part of the import under way that reads this marketplace; null when none is. */
  openPart(connectionId: ConnectionId, marketplaceId: string): Promise<SyncPart | null>;
  /** Moves a part on; clears its failures. */
  movePart(
    part: { readonly runId: string; readonly marketplaceId: string },
    to: {
      readonly state: SyncPart["state"];
      readonly errorCode: string | null;
      readonly at: Date;
    },
  ): Promise<void>;
  /** Notes a failure that is tried again. @returns failures in a row, this one included. */
  noteFailure(
    part: { readonly runId: string; readonly marketplaceId: string },
    errorCode: string,
  ): Promise<number>;
  /** Fails every part under way, e.g. because the authorisation has ended. */
  failOpenParts(runId: string, errorCode: string, at: Date): Promise<void>;
  /** Locks the run, so that of two parts that end at once the second sees both. */
  standOf(runId: string): Promise<ImportStand>;
  /** The run of this kind under way; null when none is. */
  openRun(connectionId: ConnectionId, kind: TaskRunKind): Promise<string | null>;
  /** The run of this kind under way, or a new one. */
  ensureRun(connectionId: ConnectionId, kind: TaskRunKind, at: Date): Promise<string>;
  /** What a run has counted so far. */
  countsOf(runId: string): Promise<Readonly<Record<string, number>>>;
  /** Drops the differences of runs that began before `before`; their counts stay. */
  forgetDifferences(before: Date): Promise<void>;
  /** Notes that a report is not believed: it names `named` listings where `known` were known. */
  noteNotBelieved(note: {
    readonly runId: string;
    readonly marketplaceId: string;
    readonly known: number;
    readonly named: number;
    readonly at: Date;
  }): Promise<void>;
}
