import { Link } from "@remix-run/react";

/** Filters as plain links: they work before any script, and the address says what is shown. */
export function FilterChips(props: {
  label: string;
  chips: readonly { readonly url: string; readonly text: string; readonly isCurrent: boolean }[];
}) {
  return (
    <nav className="chips" aria-label={props.label}>
      {props.chips.map((chip) => (
        <Link
          key={chip.url}
          to={chip.url}
          className="chip"
          aria-current={chip.isCurrent ? "page" : undefined}
        >
          {chip.text}
        </Link>
      ))}
    </nav>
  );
}
