export { checkTypes } from './check-types';
