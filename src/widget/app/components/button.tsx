import type { JSX } from "preact";
import { Icon, type IconName } from "./icons";

interface ButtonProps {
  icon: IconName;
  name: string;
  title: string;
  pressed?: boolean;
  disabled?: boolean;
  /** Whether the name stands beside the icon. Defaults to false. */
  named?: boolean;
  onClick: () => void;
}

/** A button that is an icon. */
export function Button({ icon, name, title, pressed, disabled, named = false, onClick }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={named ? "ls-option" : "ls-button"}
      aria-label={name}
      title={title}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      {named && name}
    </button>
  );
}
