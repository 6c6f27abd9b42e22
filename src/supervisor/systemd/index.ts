export { type InheritedSocket, takeInheritedSockets } from './listen-fds.ts';
export { connectServiceManager, type ServiceNotifier } from './notify.ts';
