export { executeNotebook, type ExecuteOptions, type Execution } from './execute';
export { codeCells, formatNotebook, readNotebook, sourceLines, sourceOf, tagsOf, writeNotebook } from './ipynb';
export type { Cell, CodeCell, MultilineText, Notebook, Output } from './ipynb';
export { stripOutputs } from './outputs';
export { pool } from './pool';
export { listNotebooks, selectNotebooks } from './select';
export { judge, type ExecutionEvent, type Problem, type ProblemKind, type StopKind } from './verdict';
export { runNotebooks, type Run, type RunOptions, type Screen } from './run';
export { describeExecution, summarize } from './summary';
