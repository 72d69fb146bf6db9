/** Rows of one statement. */
export interface QueryAnswer<Row> {
  readonly rows: Row[];
  /** Rows the statement touched or returned. */
  readonly rowCount: number;
}

/**
 * One database connection inside a transaction whose shop is set. Types come back as `pg` gives them:
 * int8 as digits, timestamptz as Date, jsonb parsed, bytea as Buffer.
 */
export interface QueryClient {
  query<Row>(text: string, values?: readonly unknown[]): Promise<QueryAnswer<Row>>;
}
