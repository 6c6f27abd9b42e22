/** The frame, what is seen before signing in, and words that several pages share. */
export const shell = {
  'page.title': 'Clawdbot at {place}',
  'page.skip': 'Skip to content',

  'nav.label': 'Pages',
  'nav.overview': 'Overview',
  'nav.nodes': 'Nodes',
  'nav.approvals': 'Approvals',
  'nav.doctor': 'Doctor',
  'nav.logs': 'Logs',
  'nav.config': 'Config',
  'nav.version': 'Version {version}',
  'nav.problems.one': '{count} problem',
  'nav.problems.many': '{count} problems',
  'nav.waiting.one': '{count} waits for a decision',
  'nav.waiting.many': '{count} wait for a decision',

  'action.cancel': 'Cancel',
  'action.close': 'Close',
  'action.command': 'Command',
  'action.copied': 'Copied',
  'action.copy': 'Copy',
  'action.discard': 'Discard changes',
  'action.refresh': 'Load again',
  'action.reloadPage': 'Load the page again',
  'action.save': 'Save',
  'action.signOut': 'Sign out',
  'action.tryNow': 'Try now',

  'age.ago': '{duration} ago',
  'age.now': 'just now',
  'age.s': '{n} s',
  'age.min': '{n} min',
  'age.h': '{n} h',
  'age.d': '{n} d',
  'age.never': 'not loaded yet',
  'age.stale': 'out of date',

  'access.full': 'Full access',
  'access.approvals': 'Approvals only',
  'access.read': 'Read only',

  'theme.system': 'system',
  'theme.light': 'light',
  'theme.dark': 'dark',
  'theme.switch': 'Colours: {theme}. Switch',

  'link.connected': 'Connected to {host}',
  'link.lost': 'Not connected',

  'lost.title': 'No connection for {duration}.',
  'lost.old': 'What you see is from before and may have changed.',
  'lost.why': 'Reason: {why}.',
  'lost.noAnswer': 'nobody answers',
  'lost.restart': 'the gateway ended or restarts',
  'lost.retryIn': 'Next try in {duration}.',
  'lost.trying': 'Trying…',

  'reason.timeout': 'The gateway did not answer in time. It may still have done what was asked.',
  'reason.unreadable': 'The answer of the gateway cannot be read by this page.',
  'reason.closed': 'The connection was lost before the answer came. It may still have done what was asked.',

  'gate.connecting': 'Connecting to {host}…',
  'gate.entering': 'Serving on {host}. Signing in…',
  'gate.noAnswer': 'No answer from {host}',
  'gate.noAnswerHelp': 'The page keeps trying. On the machine of the gateway, this says what is wrong:',

  'signIn.title': 'Sign in to the gateway',
  'signIn.about':
    'The secret goes to {host} and nowhere else. It is not stored; this tab keeps a key of its own until you close it.',
  'signIn.ended':
    'This tab is signed out: its access was revoked or replaced. Sign in again to go on where you were.',
  'signIn.wrongToken': 'This is not the token of this gateway.',
  'signIn.wrongPassword': 'This is not the password of this gateway.',
  'signIn.tooMany':
    'Too many wrong attempts from here. Wait some minutes, or run clawdbot devices unlock on the machine of the gateway.',
  'signIn.token': 'Gateway token',
  'signIn.password': 'Gateway password',
  'signIn.access': 'What this tab may do',
  'signIn.submit': 'Sign in',
  'signIn.where': 'No token at hand? On the machine of the gateway, this prints a link that signs you in:',

  'unpaired.state': 'Waiting for approval',
  'unpaired.title': 'This browser is new to the gateway',
  'unpaired.about':
    'Somebody who may approve devices has to accept it once, on another page or in a terminal on the machine of the gateway:',
  'unpaired.expires':
    'This page opens by itself then. A request ends after 5 minutes; a new one follows by itself.',

  'insecure.state': 'Cannot sign in here',
  'insecure.title': 'The browser does not protect this address',
  'insecure.about':
    'Browsers sign only on localhost and over HTTPS ({why}). Open a tunnel from your own machine:',
  'insecure.then':
    'Then open {address}, or use the HTTPS name of the tailnet. The browser also has to know Ed25519 (Chrome 137, Firefox 129, Safari 17).',

  'palette.open': 'Go to…',
  'palette.title': 'Go to or do',
  'palette.placeholder': 'Type a page or an action',
  'palette.goTo': 'Go to {panel}',
  'palette.theme': 'Colours: {theme}',
  'palette.nothing': 'Nothing matches.',

  'panel.loading': 'Loading',
  'panel.cannotLoad': 'Cannot load this: {why}',
  'panel.notHere': 'This page has not been opened before; it comes with the connection.',
  'panel.cannotOpen': 'Cannot open this page: {why}',

  'tone.good': 'All is well',
  'tone.warn': 'Worth a look',
  'tone.bad': 'Something is wrong',
  'tone.idle': 'Looking…',
  'tone.wait': 'Waiting for you',

  'diff.changes': 'What will change',

  'conflict.about': 'Somebody saved another version meanwhile. Below: from theirs (−) to yours (+).',
  'conflict.diff': 'Their version compared with yours',
  'conflict.mine': 'Save mine over theirs',
  'conflict.theirs': 'Take theirs',
  'tone.info': 'Good to know',
  'amount.mb': '{n} MB',
  'amount.gb': '{n} GB',
  'amount.tb': '{n} TB',
  'amount.percent': '{n} %',
  'conflict.both': 'Both versions in full',
  'conflict.theirVersion': 'Their version',
  'conflict.myVersion': 'Your version',
  'reason.notConnected': 'Not connected. Nothing was sent.',
  'gate.refused': '{host} does not let this page in',
  'gate.refusedHelp':
    'It answered, and this is its reason. The page tries again; on the machine of the gateway, this says more:',
  'signIn.tailnet':
    'On this tailnet name the gateway can know you by your Tailscale identity instead: `clawdbot config set gateway.auth.allowTailscale true` on its machine.',
} as const;
