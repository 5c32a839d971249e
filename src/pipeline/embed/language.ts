const SAMPLE_TEXTS = 300;
const SAMPLE_CHARACTERS = 150;

/** True when most letters of these texts (an even sample of them) are of another script than Latin: an English model cannot read them. */
export function mostlyNotLatin(texts: readonly string[]): boolean {
  const step = Math.max(1, Math.floor(texts.length / SAMPLE_TEXTS));
  let letters = 0;
  let latin = 0;
  for (let i = 0; i < texts.length; i += step)
    for (const character of texts[i].slice(0, SAMPLE_CHARACTERS)) {
      const ascii = character < "\u0080";
      if (ascii ? !/[a-z]/i.test(character) : !/\p{L}/u.test(character)) continue;
      letters++;
      if (ascii || /\p{Script=Latin}/u.test(character)) latin++;
    }
  return letters > 0 && latin < letters / 2;
}
