/**
 * A review as words: lower case, line breaks (`<br />`) as spaces, then every stretch of a-z, 0-9 and the apostrophe.
 * "It's GREAT!<br />10/10" is it's, great, 10, 10.
 */
export function reviewWords(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('<br />', ' ')
      .match(/[a-z0-9']+/g) ?? []
  );
}
