import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { PopoverName, Ui } from "../ui";
import { Popover } from "./popover";

interface TextPopoverProps {
  ui: Ui;
  name: PopoverName;
  /** Name of the dialog. */
  label: string;
  /** Name of the input. */
  field: string;
  placeholder: string;
  maxLength: number;
  confirm: string;
  /** Does it with the text; false keeps the popover open. */
  onConfirm: (text: string) => boolean;
}

/** Asks for one line of text. */
export function TextPopover(props: TextPopoverProps): JSX.Element {
  const { ui, name, label, field, placeholder, maxLength, confirm, onConfirm } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <Popover ui={ui} name={name} label={label}>
      <form
        class="ls-line-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (onConfirm(input.current?.value ?? "")) ui.popover.value = null;
        }}
      >
        <input
          ref={input}
          class="ls-input"
          aria-label={field}
          placeholder={placeholder}
          dir="auto"
          spellcheck={false}
          maxLength={maxLength}
        />
        <button type="submit" class="ls-action ls-primary">
          {confirm}
        </button>
      </form>
    </Popover>
  );
}
