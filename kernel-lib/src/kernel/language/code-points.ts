/** The protocol counts Unicode characters, strings here count UTF-16 units: the same until an emoji stands in between. */
export function fromCodePoints(text: string, position: number): number {
  let units = 0;
  let points = 0;
  for (const character of text) {
    if (points >= position) break;
    points += 1;
    units += character.length;
  }
  return units;
}

export function toCodePoints(text: string, position: number): number {
  return Array.from(text.slice(0, position)).length;
}
