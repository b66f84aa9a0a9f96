import type { CorpusEntry } from './corpus';

/**
 * The corpora that are found or downloaded. Adding one is adding an entry here, a function beside `nietzsche.ts`, and a
 * row in datasets/README.md (a test compares the two).
 */
export const registry: Readonly<Record<'nietzsche' | 'tinyShakespeare' | 'imdb' | 'tangPoems', CorpusEntry>> = {
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
  imdb: {
    name: 'imdb',
    title: 'Large Movie Review Dataset: 50,000 film reviews with their verdicts',
    licence: 'research use',
    citation:
      'A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng, C. Potts, Learning Word Vectors for Sentiment Analysis, ACL 2011.',
    file: 'aclImdb_v1.tar.gz',
    bytes: 84_125_825,
    sha256: 'c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe',
    sources: ['https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz'],
    // The same reviews without the unlabelled ones, packed anew for a machine without a network.
    extract: {
      file: 'aclImdb_v1-labeled.tar.gz',
      bytes: 27_763_302,
      sha256: '5fb3a0af9a0d4356e7c4142b21ec7df2a46a512ec0ea891e2dea67b47aecf4e2',
    },
  },
  tangPoems: {
    name: 'tangPoems',
    title: 'Three Hundred Tang Poems, in traditional characters',
    licence: 'poems public domain, collection MIT',
    citation: '唐诗三百首, compiled by 孙洙 1763; digital text: chinese-poetry.',
    file: 'tang300.json',
    bytes: 190_787,
    sha256: 'd77a145f7470da2ed2f79515944563c062ffc43fceda07f195a36ead66b7e5c7',
    sources: ['https://raw.githubusercontent.com/chinese-poetry/chinese-poetry/master/全唐诗/唐诗三百首.json'],
  },
};
