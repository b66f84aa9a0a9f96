export { analogyQuestions, scoreAnalogies, type AnalogyScore, type Relations } from './analogies';
export { principalComponents, type Projection } from './principal-components';
export { skipGram } from './skip-gram';
export type { SkipGramOptions, WordVectors } from './skip-gram-options';
export { wordSpace, type Analogy, type Neighbour, type WordSpace } from './word-space';
