// What the entry for browsers loads when it is needed: the style typed, the rare formats, and sources from the network. One file,
// so that bundlers make few chunks.
export { typed } from '../style/typed';
export { containers } from './more-formats';
export { openRemote } from './remote';
