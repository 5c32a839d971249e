import type { JSX } from "preact";
import type { RowDetail } from "../../../scope";

interface Props {
  /** Undefined until it has come. */
  readonly detail: RowDetail | undefined;
  readonly tags: readonly string[];
  /** Class of the text. */
  readonly class: string;
}

/** The text of a row and its tags, as cards show them. */
export function RowText({ detail, tags, class: name }: Props): JSX.Element {
  return (
    <>
      <p class={name} dir="auto" data-empty={detail && !detail.text ? true : undefined}>
        {detail ? detail.text || "(no text)" : "…"}
      </p>
      {tags.length > 0 && (
        <div class="ls-chips">
          {tags.map((tag) => (
            <bdi key={tag} class="ls-tag">
              {tag}
            </bdi>
          ))}
        </div>
      )}
    </>
  );
}
