import { newDisplay } from './new-display';
import { currentSink } from './sink';

/** Milliseconds between two states of the text on the page. */
const INTERVAL = 50;

/**
 * Shows text while it is being written: in a notebook one output that grows, elsewhere character by character. What is saved
 * with the notebook is the whole text.
 * ```ts
 * await showWriting(text.generate({ model: model.writer(params), vocabulary, prime: 'ROMEO:', length: 400, rng: rng(1) }), 'ROMEO:');
 * ```
 *
 * @param begin what stands before it
 * @returns all of it, with what stands before
 * @throws what the pieces throw, with what was written until then on the page
 */
export async function showWriting(pieces: AsyncIterable<string> | Iterable<string>, begin = ''): Promise<string> {
  const page = currentSink();
  const paper = page.kind !== 'notebook' && page.write ? onStream(page.write.bind(page)) : onPage();
  let text = begin;
  paper.grow(text, begin);
  try {
    for await (const piece of pieces) {
      text += piece;
      paper.grow(text, piece);
    }
  } finally {
    paper.end(text);
  }
  return text;
}

interface Paper {
  grow(text: string, piece: string): void;
  end(text: string): void;
}

function onPage(): Paper {
  const live = newDisplay();
  let due = -Infinity;
  return {
    grow: (text) => {
      if (text === '' || performance.now() < due) return;
      live.update(text);
      due = performance.now() + INTERVAL;
    },
    end: (text) => {
      live.update(text);
    },
  };
}

function onStream(write: (text: string) => void): Paper {
  return {
    grow: (_, piece) => {
      write(piece);
    },
    end: () => {
      write('\n');
    },
  };
}
