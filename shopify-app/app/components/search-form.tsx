import { Form } from "@remix-run/react";
import { Button, Icon, TextField } from "@shopify/polaris";
import { SearchIcon } from "@shopify/polaris-icons";
import { useState } from "react";

/** A search that is part of the address. `kept` are the other parameters of the page. */
export function SearchForm(props: {
  action: string;
  query: string | null;
  label: string;
  kept: Readonly<Record<string, string | null>>;
}) {
  const [text, setText] = useState(props.query ?? "");
  return (
    <Form method="get" action={props.action} role="search" className="search">
      {Object.entries(props.kept).map(([name, value]) =>
        value === null ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
      <TextField
        label={props.label}
        labelHidden
        name="q"
        value={text}
        onChange={setText}
        autoComplete="off"
        placeholder={props.label}
        prefix={<Icon source={SearchIcon} tone="subdued" />}
        connectedRight={<Button submit>Search</Button>}
      />
    </Form>
  );
}
