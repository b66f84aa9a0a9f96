export { batches, pick } from './batches';
export {
  classifier,
  score,
  type Classifier,
  type ClassifierOptions,
  type ClassifierParams,
  type Evaluation,
  type LabelledRows,
} from './classifier';
export { rows } from './rows';
export type { ReaderName, Sizes } from './readers';
export {
  logisticProbabilities,
  logisticRegression,
  type LogisticModel,
  type LogisticOptions,
} from './logistic-regression';
export { tfidf, type SparseRows, type Tfidf } from './tfidf';
