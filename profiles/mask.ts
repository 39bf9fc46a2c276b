/**
 * Masks what could identify a person in words meant for error texts and logs. It errs on the side of masking; what it
 * leaves is the grammar of the field: element paths, OIDs, UUIDs, short codes. Text between backticks is taken to be a
 * name of ours, yet digits, dates and addresses in it are masked all the same.
 */

// One alternation, read from left to right: the first two arms protect, the rest mask. No arm can backtrack beyond its
// own run of characters, so that a hostile text costs linear time.
const PLACES = new RegExp(
  [
    // OID with an optional ART-DECOR effective date, UUID, SNOMED CT concept named as such: names of things, kept.
    String.raw`(?<keep>(?<![\w.])\d+(?:\.\d+){4,}(?:--\d{14})?(?![\d])|(?<!\w)[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?!\w)|(?<=SNOMED CT |snomed\.info\/sct[|#])\d{6,18}(?!\d))`,
    // A quoted value; an apostrophe inside a word opens nothing.
    String.raw`(?<quoted>"[^"\n]*"|“[^”\n]*”|„[^”“\n]*[”“]|«[^»\n]*»|(?<!\w)'[^'\n]*'(?!\w)|(?<!\w)‘[^’\n]*’(?!\w))`,
    String.raw`(?<mail>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+)`,
    // 1941-03-07 with or without a time, 7-3-1941, 7/3/1941, 7 maart 1941.
    String.raw`(?<date>(?<!\d)\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)?(?!\d)|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{1,2} \p{L}{3,9}\.? \d{4}(?!\d))`,
    // A BSN or a telephone number however it is grouped: at least seven digits, separators of one character.
    String.raw`(?<digits>\+?\d(?:[ .-]?\d){6,})`,
    String.raw`(?<postcode>(?<!\w)[1-9]\d{3} ?[A-Z]{2}(?!\w))`,
  ].join('|'),
  'giu',
);

/** The text with quoted values, dates, runs of seven or more digits, postal codes and mail addresses replaced. */
export function maskIdentifying(text: string): string {
  return text.replace(PLACES, (found: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (groups['keep'] !== undefined) return found;
    if (groups['quoted'] !== undefined) return `${found.slice(0, 1)}***${found.slice(-1)}`;
    if (groups['date'] !== undefined) return '(date)';
    return '***';
  });
}
