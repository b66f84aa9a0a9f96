export { batches, pick } from './batches';
export {
  classifier,
  fit,
  type Classifier,
  type ClassifierOptions,
  type ClassifierParams,
  type Evaluation,
  type LabelledRows,
} from './classifier';
export type { ReaderName, Sizes } from './readers';
export {
  logisticProbabilities,
  logisticRegression,
  type LogisticModel,
  type LogisticOptions,
} from './logistic-regression';
export { tfidf, type SparseRows, type Tfidf } from './tfidf';
