/** Whether a variable holds a number of at least 1, written in digits only. */
export function isPositiveInteger(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text);
}
