export { confirmPeer, type PeerConfirmation, type TailnetClaim } from './confirm-peer.ts';
export { explainOutcome } from './explain-outcome.ts';
export type { ServeEntry } from './parse-answers.ts';
export { type ChangeOutcome, changeRoute, type Wish } from './publish.ts';
export { readTailnet, type TailnetReading, type TailscaleAccess } from './read-tailnet.ts';
export { type Retraction, retractRoute } from './retract-route.ts';
export {
  judgeRoute,
  leadsToGateway,
  type Route,
  type RouteVerdict,
  removeCommand,
  routeTarget,
  routeUrl,
  serveCommand,
} from './route.ts';
export { forgetRouteRecord, type RouteRecord, readRouteRecord, writeRouteRecord } from './route-record.ts';
export { serviceAccount } from './service-account.ts';
export { type PeerView, pingPeer, viewPeer } from './view-peer.ts';
export { FUNNEL_PORTS, wishOf } from './wish.ts';
