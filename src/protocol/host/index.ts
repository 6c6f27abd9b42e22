/** The part of the protocol that needs Node: keys and signatures through node:crypto, sockets through ws. */
export * from './connect-params.ts';
export * from './identity.ts';
export * from './socket.ts';
export { parsePins, trustSystemAuthorities, whyNotPinned } from './tls-pin.ts';
