/** The words of a FHIR narrative (XHTML, R4 narrative.html) with its lines. */

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Markup goes, lines stay: a line of its own for each paragraph, item and row; cells parted by a bar. */
export function narrativeText(div: string): string {
  const inPre = /<pre\b/.test(div);
  const text = (inPre ? div : div.replaceAll(/\s+/g, ' '))
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<br\s*\/?>/g, '\n')
    .replaceAll(/<li\b[^>]*>/g, '\n- ')
    .replaceAll(/<\/t[dh]>\s*<t[dh]\b[^>]*>/g, ' | ')
    .replaceAll(/<\/(?:p|div|h[1-6]|ul|ol|tr|table|caption|pre|blockquote)>/g, '\n')
    .replaceAll(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/g, '$1')
    .replaceAll(/<[^>]*>/g, '');
  const plain = text.replaceAll(
    /&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g,
    (whole: string, decimal: string | undefined, hex: string | undefined, name = '') => {
      if (decimal === undefined && hex === undefined) return ENTITIES[name as string] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0x10_ff_ff ? whole : String.fromCodePoint(code);
    },
  );
  const lines = inPre ? plain : plain.replaceAll(/[ \t]*\n[ \t]*/g, '\n').replaceAll(/\n{3,}/g, '\n\n');
  return inPre ? lines.replace(/\n+$/, '') : lines.trim();
}
