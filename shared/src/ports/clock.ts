/** The one source of the present instant. Roots create it; everything else is handed it. */
export interface Clock {
  now(): Date;
}
