/** A worker process that is gone and what it may have left locked. */
export interface DeadWorker {
  readonly workerId: string;
  /** Its Graphile Worker pool; null when it died before it had one. */
  readonly poolId: string | null;
}

/**
 * Who is alive. Each worker holds a lock in the database for as long as its connection lives: when the
 * process is killed, the lock is free within milliseconds, without any timeout to wait for.
 */
export interface WorkerRegistry {
  /** This process's id; null while it has lost its place and is taking a new one. */
  current(): string | null;
  /** Names the Graphile pool of this process, so that others can unlock its jobs. */
  setPool(poolId: string): Promise<void>;
  /** Says "still here"; notices a lost connection and registers again. */
  beat(now: Date): Promise<void>;
  /** Workers whose lock is free or whose last beat is too old. */
  findDead(now: Date): Promise<DeadWorker[]>;
  /** Unlocks the queue's jobs of dead pools. */
  unlockJobs(poolIds: readonly string[]): Promise<void>;
  /** Forgets a dead worker whose leases are free. */
  remove(workerId: string): Promise<void>;
}
