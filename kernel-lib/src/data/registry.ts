import type { CorpusEntry } from './corpus';

/**
 * The corpora that are found or downloaded. Adding one is adding an entry here, a function beside `nietzsche.ts`, and a
 * row in datasets/README.md (a test compares the two).
 */
export const registry: Readonly<Record<'nietzsche' | 'tinyShakespeare', CorpusEntry>> = {
  nietzsche: {
    name: 'nietzsche',
    title: 'Writings of Friedrich Nietzsche in English: the file of the Keras text-generation example',
    licence: 'public domain (Project Gutenberg)',
    citation:
      'F. Nietzsche, in English translation, Project Gutenberg; the selection of the Keras example lstm_text_generation.',
    file: 'nietzsche.txt',
    bytes: 600_901,
    sha256: '23cf69874ab69d3d256099ab530ea4be24d47d9675b673bcc67cbcd6298ec647',
    sources: ['https://s3.amazonaws.com/text-datasets/nietzsche.txt'],
  },
  tinyShakespeare: {
    name: 'tinyShakespeare',
    title: "Tiny Shakespeare: 40,000 lines from Shakespeare's plays",
    licence: 'public domain',
    citation: 'A. Karpathy, The Unreasonable Effectiveness of Recurrent Neural Networks, 2015 (char-rnn).',
    file: 'tinyshakespeare.txt',
    bytes: 1_115_394,
    sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
    sources: ['https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt'],
  },
};
