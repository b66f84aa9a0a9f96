import { lstm, lstmWith, type LstmCell } from './lstm';
import { cifg, type CifgCell } from './lstm-cifg';
import { lstmCompact, type LstmCompactCell } from './lstm-compact';
import { lstmPeephole, lstmPeepholeWith, type LstmPeepholeCell } from './lstm-peephole';
import { lstmProjection, type LstmProjectionCell } from './lstm-projection';

/** The LSTM and its variants by their names. */
export interface LstmForms {
  readonly lstm: LstmCell;
  readonly 'lstm (output linear)': LstmCell;
  readonly 'lstm (peepholes i f o)': LstmPeepholeCell;
  readonly 'lstm (peephole o)': LstmPeepholeCell<'o'>;
  readonly cifg: CifgCell;
  readonly 'lstm (projection)': LstmProjectionCell;
  readonly 'lstm (compact)': LstmCompactCell;
}

/** Every LSTM by its name. */
export const lstmForms: LstmForms = {
  lstm,
  'lstm (output linear)': lstmWith({ outputActivation: 'linear' }),
  'lstm (peepholes i f o)': lstmPeephole,
  'lstm (peephole o)': lstmPeepholeWith({ peepholes: ['o'] }),
  cifg,
  'lstm (projection)': lstmProjection,
  'lstm (compact)': lstmCompact,
};
