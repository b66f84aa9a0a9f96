import './tensor/node-compat';

export type { Cell, Params, State } from './cells/cell';
