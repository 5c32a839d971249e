const SAMPLE_CHARACTERS = 150;

/** True when most letters of these texts (of their beginnings) are of another script than Latin: an English model cannot read them. */
export function mostlyNotLatin(texts: readonly string[]): boolean {
  let letters = 0;
  let latin = 0;
  for (const text of texts)
    for (const character of text.slice(0, SAMPLE_CHARACTERS)) {
      const ascii = character < "\u0080";
      if (ascii ? !/[a-z]/i.test(character) : !/\p{L}/u.test(character)) continue;
      letters++;
      if (ascii || /\p{Script=Latin}/u.test(character)) latin++;
    }
  return letters > 0 && latin < letters / 2;
}
