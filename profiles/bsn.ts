/** BSN as nine digits (eight-digit legacy numbers are padded with a zero), or null when the text is no such number. */
export function normaliseBsn(text: string): string | null {
  const digits = text.trim();
  return /^\d{8,9}$/.test(digits) ? digits.padStart(9, '0') : null;
}

/** Elfproef: Σ digit·weight with weights 9…2 and −1 is divisible by 11, and the number is not all zeros. */
export function passesElfproef(bsn: string): boolean {
  const normal = normaliseBsn(bsn);
  if (normal === null || normal === '000000000') return false;
  const sum = Array.from(normal).reduce(
    (total, digit, index) => total + Number(digit) * (index === 8 ? -1 : 9 - index),
    0,
  );
  return sum % 11 === 0;
}
