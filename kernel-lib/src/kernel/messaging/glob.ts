/** One element of a pattern: any run, any character, or one of some. */
type Element = '*' | ((character: string) => boolean);

/**
 * A test for a glob as IPython's history search takes it: `*` any run, `?` any character, `[a-z]` one of, `[^a-z]` none of.
 * Matches the whole text, in time proportional to text times pattern: a regular expression made of it could take for ever.
 */
export function glob(pattern: string): (text: string) => boolean {
  const elements = parse(pattern);
  return (text) => {
    let [p, t] = [0, 0];
    let [star, retry] = [-1, 0];
    while (t < text.length) {
      const element = elements[p];
      if (element === '*') {
        star = p++;
        retry = t;
      } else if (element?.(text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        // the last run takes one character more
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    return elements.slice(p).every((element) => element === '*');
  };
}

function parse(pattern: string): Element[] {
  const elements: Element[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const end = character === '[' ? pattern.indexOf(']', pattern[i + 1] === '^' ? i + 3 : i + 2) : -1;
    if (character === '*') {
      elements.push('*');
    } else if (character === '?') {
      elements.push(() => true);
    } else if (end > 0) {
      elements.push(oneOf(pattern.slice(i + 1, end)));
      i = end;
    } else {
      elements.push((given) => given === character);
    }
  }
  return elements;
}

function oneOf(set: string): (character: string) => boolean {
  const negated = set.startsWith('^');
  const ranges = [...(negated ? set.slice(1) : set).matchAll(/(.)-(.)|(.)/gs)].map(([, low, high, single]) => ({
    low: low ?? single ?? '',
    high: high ?? single ?? '',
  }));
  return (character) => ranges.some(({ low, high }) => low <= character && character <= high) !== negated;
}
