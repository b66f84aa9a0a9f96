/** What a piece of TypeScript is, symbol by symbol: each entry says what holds once that symbol has been read. */
export interface ScannedCode {
  /** 1 inside of a string or of a template's own text, from its opening quote to the symbol before its closing one. */
  readonly string: Float32Array;
  /** 1 inside of a comment, from the second symbol of `//` and `/*` to the symbol before the one that ends it. */
  readonly comment: Float32Array;
  /** 1 between the brackets of `if (…)`, from the opening one to the symbol before the closing one. */
  readonly condition: Float32Array;
  /** How many ( [ { and ${ are open. */
  readonly brackets: Float32Array;
  /** How many { are open. */
  readonly braces: Float32Array;
}

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '${': '}' };

/** After these words a slash begins a regular expression: what stands before it is no value. */
const BEFORE_VALUE = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);

interface Opened {
  /** As written: ( [ { ${ */
  readonly bracket: string;
  /** Whether it is that of a control head: if, for, while, with. What follows its end is no operand. */
  readonly head: string | undefined;
}

/**
 * Reads TypeScript as far as a structure needs it: strings, templates (nested), comments, regular expressions told from division
 * by what stands before them, brackets. It builds no tree and never fails: a bracket that closes nothing is read as text.
 */
export function scanCode(symbols: readonly string[]): ScannedCode {
  const scanner = new Scanner(symbols);
  scanner.code();
  return scanner.tracks;
}

class Scanner {
  readonly tracks: { [K in keyof ScannedCode]: Float32Array };
  private at = 0;
  private readonly open: Opened[] = [];
  /** Whether a value has just ended, so that a slash divides it. */
  private afterValue = false;
  /** The word that was read last, while nothing but space and comments has followed. */
  private word = '';

  constructor(private readonly symbols: readonly string[]) {
    const track = (): Float32Array => new Float32Array(symbols.length);
    this.tracks = { string: track(), comment: track(), condition: track(), brackets: track(), braces: track() };
  }

  code(): void {
    while (this.at < this.symbols.length) this.token();
  }

  private token(): void {
    const symbol = this.peek();
    const next = this.peek(1);
    if (/\s/.test(symbol)) this.read();
    else if (symbol === '/' && (next === '/' || next === '*')) this.commentToken(next);
    else if (symbol === '"' || symbol === "'") this.stringToken(symbol);
    else if (symbol === '`') this.template();
    else if (symbol === '/' && !this.afterValue) this.regularExpression();
    else if (/[\p{ID_Start}$_#\d]/u.test(symbol)) this.wordToken();
    else this.punctuation(symbol);
  }

  private commentToken(second: string): void {
    this.read();
    if (second === '/') {
      while (this.at < this.symbols.length && !/[\n\r\u2028\u2029]/.test(this.peek())) this.read('comment');
      return;
    }
    const from = this.at + 1;
    while (this.at < this.symbols.length) {
      const ends = this.at > from && this.peek() === '/' && this.peek(-1) === '*';
      this.read(ends ? undefined : 'comment');
      if (ends) return;
    }
  }

  private stringToken(quote: string): void {
    this.read('string');
    while (this.at < this.symbols.length && this.peek() !== quote && this.peek() !== '\n') {
      if (this.peek() === '\\') this.read('string');
      if (this.at < this.symbols.length) this.read('string');
    }
    if (this.peek() === quote) this.read();
    this.ended(true);
  }

  private template(): void {
    this.read('string');
    while (this.at < this.symbols.length && this.peek() !== '`') {
      if (this.peek() === '$' && this.peek(1) === '{') this.substitution();
      else {
        if (this.peek() === '\\') this.read('string');
        if (this.at < this.symbols.length) this.read('string');
      }
    }
    if (this.at < this.symbols.length) this.read();
    this.ended(true);
  }

  /** From ${ to the } that belongs to it, which is text of the template again. */
  private substitution(): void {
    this.read('string');
    const depth = this.open.length;
    this.open.push({ bracket: '${', head: undefined });
    this.read();
    this.ended(false);
    while (this.at < this.symbols.length && !(this.open.length === depth + 1 && this.peek() === '}')) this.token();
    this.open.length = depth;
    if (this.at < this.symbols.length) this.read('string');
  }

  private regularExpression(): void {
    this.read();
    let inClass = false;
    while (this.at < this.symbols.length && this.peek() !== '\n' && (inClass || this.peek() !== '/')) {
      if (this.peek() === '\\') this.read();
      else if (this.peek() === '[') inClass = true;
      else if (this.peek() === ']') inClass = false;
      this.read();
    }
    if (this.peek() === '/') this.read();
    this.ended(true);
  }

  private wordToken(): void {
    const property = this.peek(-1) === '.';
    let word = '';
    while (/[\p{ID_Continue}$\u200c\u200d#]/u.test(this.peek())) {
      word += this.peek();
      this.read();
    }
    this.ended(property || !BEFORE_VALUE.has(word));
    this.word = property ? '' : word;
  }

  private punctuation(symbol: string): void {
    const { word } = this;
    const closed = this.open.at(-1);
    if (symbol in CLOSER) {
      this.open.push({
        bracket: symbol,
        head: symbol === '(' && /^(?:if|for|while|with)$/.test(word) ? word : undefined,
      });
    } else if (closed !== undefined && symbol === CLOSER[closed.bracket]) {
      this.open.pop();
      this.read();
      // A block ends no value; an object does, but nobody divides one.
      this.ended(symbol !== '}' && closed.head === undefined);
      return;
    }
    // x! and x++ are values still.
    const postfix = this.afterValue && (symbol === '!' || (symbol === '+' && this.peek(-1) === '+') || (symbol === '-' && this.peek(-1) === '-')); // prettier-ignore
    this.read();
    this.ended(postfix && this.peek() !== '=');
  }

  private ended(value: boolean): void {
    this.afterValue = value;
    this.word = '';
  }

  private peek(ahead = 0): string {
    return this.symbols[this.at + ahead] ?? '';
  }

  /** Reads one symbol, which stands inside of a string, of a comment or of neither. */
  private read(inside?: 'string' | 'comment'): void {
    const { at, open, tracks } = this;
    if (inside !== undefined) tracks[inside][at] = 1;
    tracks.condition[at] = open.some(({ head }) => head === 'if') ? 1 : 0;
    tracks.brackets[at] = open.length;
    tracks.braces[at] = open.filter(({ bracket }) => bracket === '{').length;
    this.at += 1;
  }
}
