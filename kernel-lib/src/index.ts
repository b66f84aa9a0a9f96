import './tensor/node-compat';

export * from './tensor';
export * from './display';
export * as widgets from './widgets';
export * from './cells';
export * as bptt from './bptt';
export * from './sequence';
export * as native from './native';
export * as layers from './layers';
export * as weights from './weights';
export * as train from './train';
export * as tasks from './tasks';
export * as analysis from './analysis';
export * as text from './text';
export * as classify from './classify';
export * as datasets from './data';
export * as plots from './plots';
export * as course from './course';
