/** Publishing through a tailnet. */
export const tailnet = {
  'the config does not publish through a tailnet, or the tailnet is not up':
    '配置没有要求通过 tailnet 发布，或 tailnet 尚未就绪',
  'tailscaled is starting ({1})': 'tailscaled 正在启动（{1}）',
  'The tailnet is not usable': 'tailnet 不可用',
  'The tailnet client is in the state {1}': 'tailnet 客户端的状态是 {1}',
  'Approve this machine in the admin console of the tailnet.': '请在 tailnet 的管理控制台中批准这台机器。',
  'The gateway serves locally, but nobody reaches it from elsewhere.': '网关在本机提供服务，但别处无法访问。',
  'NoState and Starting pass by themselves and are no finding; every other state stays until somebody acts. The gateway never waits for the tailnet to serve locally.':
    'NoState 和 Starting 会自行过去，不算问题；其他状态要有人处理。网关绝不会为了等待 tailnet 而不在本机提供服务。',
  'This account may not publish through the tailnet': '此账户无权通过 tailnet 发布',
  'nothing is published': '没有发布任何内容',
  'tailscaled lets root and its operator ({1}) change what it serves, and {2} is neither':
    'tailscaled 只允许 root 及其 operator（{1}）更改发布内容，而 {2} 两者都不是',
  'Publishing fails each time it is tried.': '每次尝试发布都会失败。',
  'tailscaled lets only root and its operator change what is published. Either root makes the route once (it survives restarts), or the account of the service becomes the operator; it is the owner of the state directory, not whoever types sudo. The gateway serves locally meanwhile and notices within ten seconds that the route is there.':
    'tailscaled 只允许 root 及其 operator 更改发布内容。要么由 root 建立一次路由（重启后仍然有效），要么让服务的账户成为 operator；该账户是状态目录的所有者，而不是输入 sudo 的人。其间网关照常在本机提供服务，路由建立后十秒之内会发现。',
  'The tailnet has no HTTPS certificates': 'tailnet 没有 HTTPS 证书',
  'HTTPS certificates are switched off for this tailnet, so nothing can be served as https://{1}.':
    '此 tailnet 关闭了 HTTPS 证书，因此无法以 https://{1} 提供任何服务。',
  'Switch "HTTPS Certificates" on at https://login.tailscale.com/admin/dns, once for the tailnet.':
    '请在 https://login.tailscale.com/admin/dns 打开“HTTPS Certificates”，整个 tailnet 只需一次。',
  '`tailscale serve --https` prints a link and waits, and the gateway cannot be reached.':
    '`tailscale serve --https` 会打印一个链接然后等待，网关无法访问。',
  'An administrator of the tailnet has to allow certificates once, because the names of its machines then appear in public certificate logs. Nothing has to be restarted afterwards.':
    'tailnet 的管理员必须允许一次证书，因为其机器的名称会出现在公开的证书日志中。之后无需重启任何东西。',
  'The gateway is open to the internet': '网关向互联网开放',
  'no tailnet is installed': '没有安装 tailnet',
  'Funnel publishes {1}://{2} to everybody; it leads to {3}, authentication is {4}.':
    'Funnel 把 {1}://{2} 向所有人公开；它通向 {3}，认证方式是 {4}。',
  ', as the config asks': '（按配置要求）',
  'End the `tailscale funnel` that runs in a terminal.': '结束在终端里运行的 `tailscale funnel`。',
  'Anybody can try passwords or tokens against the gateway.': '任何人都可以对网关尝试密码或令牌。',
  'A Funnel that leads to the gateway is a finding whoever made it, the config included: it is for a while, and the finding is there so that nobody forgets it. It is never switched off by itself, since somebody may have meant it; `clawdbot tailscale serve` closes it and keeps the address for the tailnet.':
    '通向网关的 Funnel 无论由谁建立都会报告，包括由配置建立的：它只应暂时使用，报告是为了不被忘记。绝不会自动关闭它，因为也许是有意为之；`clawdbot tailscale serve` 会关闭它，同时为 tailnet 保留该地址。',
  'The published address leads elsewhere': '发布的地址通向别处',
  ' (as plain {1})': '（以明文 {1}）',
  '; it belongs to a command that runs in a terminal and ends with it':
    '；它属于终端中运行的命令，并随之结束',
  '{1} leads to {2}, not to {3}.': '{1} 通向 {2}，而不是 {3}。',
  'Or end the `tailscale serve` that runs in a terminal.': '或者结束终端中运行的 `tailscale serve`。',
  'Or take that one entry off with `sudo {1}`.': '或者用 `sudo {1}` 只去掉那一项。',
  'People who open the address reach something else.': '打开该地址的人到达的是别的东西。',
  'Another program published something under the same port, or the port of the gateway was changed since. Never use `tailscale serve reset`: it removes what belongs to others.':
    '另一个程序在同一端口发布了内容，或者网关的端口后来改过。切勿使用 `tailscale serve reset`：它会删除属于他人的内容。',
  'The gateway is not published': '网关没有发布',
  'The config publishes the gateway as {1}, and tailscaled serves nothing there.':
    '配置要求把网关发布为 {1}，而 tailscaled 在那里没有提供任何服务。',
  'Or as root: sudo {1}': '或以 root 身份：sudo {1}',
  'Nodes and browsers elsewhere get no answer.': '别处的节点和浏览器得不到应答。',
  'Somebody removed the route, or the gateway has not run since it was configured. A running gateway makes it again within ten seconds when it may. Forms of older releases do not work: `tailscale serve tcp 18789 …` ends with "invalid number of arguments", `tailscale serve 18789 …` with "invalid argument format".':
    '有人删除了路由，或者配置之后网关还没有运行过。运行中的网关在有权时十秒之内会重新建立。旧版本的写法已不可用：`tailscale serve tcp 18789 …` 以 "invalid number of arguments" 结束，`tailscale serve 18789 …` 以 "invalid argument format" 结束。',
  'The published address ends with a terminal': '发布的地址随终端一起消失',
  'https://{1} leads to the gateway only as long as a `tailscale serve` without --bg runs in some terminal; `tailscale serve status` does not show it.':
    '只有在某个终端里运行着不带 --bg 的 `tailscale serve` 时，https://{1} 才通向网关；`tailscale serve status` 不会显示它。',
  "End it (`pgrep -a -f 'tailscale serve'` finds it), then: sudo tailscale serve --bg --https={1} 127.0.0.1:{2}":
    "结束它（用 `pgrep -a -f 'tailscale serve'` 找到），然后：sudo tailscale serve --bg --https={1} 127.0.0.1:{2}",
  'The address is gone when the terminal closes.': '终端关闭后，该地址就没有了。',
  'Without --bg the route belongs to the running command. It stands under `Foreground` in `tailscale serve status --json`, and no other command can take it off.':
    '不带 --bg 时，路由属于正在运行的命令。它列在 `tailscale serve status --json` 的 `Foreground` 下，其他命令无法去掉它。',
  'The published address does not lead to the gateway': '发布的地址没有通到网关',
  '{1} breaks at the step {2}: {3}.': '{1} 在 {2} 这一步中断：{3}。',
  'The page or the nodes do not get through, although the route is there.': '路由虽在，页面或节点却连不通。',
  'The address is walked as others would: name, TCP, certificate, identity of the gateway, WebSocket with the real origin. The first broken step is the fault; `clawdbot probe URL` on the machine that cannot connect goes on with login and pairing.':
    '按别人访问的方式逐步检查该地址：名称、TCP、证书、网关身份、带真实来源的 WebSocket。第一个失败的步骤就是故障所在；在连不上的机器上运行 `clawdbot probe URL`，会继续检查登录和配对。',
  'A published address leads to nobody': '某个发布的地址通向空处',
  'https://{1} leads to {2}, where no gateway is or under a name this machine no longer has':
    'https://{1} 通向 {2}，那里没有网关，或其名称已不属于本机',
  'Visitors get an error, or whatever listens there one day.':
    '访问者会得到错误，或者哪天得到恰好在那里监听的东西。',
  'The gateway moved to another port, was uninstalled, or the machine was renamed or joined another tailnet. Only entries that lead to a usual port of a gateway, or to the one recorded by this installation, are looked at.':
    '网关换了端口、被卸载，或者机器改了名、加入了另一个 tailnet。只检查通向网关常用端口、或本次安装所记录端口的条目。',
  'The config publishes through a tailnet, but there is neither a running tailscaled nor a tailscale in a directory of root':
    '配置要求通过 tailnet 发布，但既没有运行中的 tailscaled，属于 root 的目录中也没有 tailscale',
  'The tailnet client does not answer': 'tailnet 客户端没有应答',
  'The tailnet client refuses to answer': 'tailnet 客户端拒绝应答',
  'This machine is logged out of the tailnet': '本机已从 tailnet 注销',
  'This machine waits for approval by an administrator of the tailnet': '本机等待 tailnet 管理员批准',
  'The tailnet client is switched off': 'tailnet 客户端已关闭',
  'The certificate of the published address is not renewed': '发布地址的证书没有续期',
  'no certificate was shown': '对方没有出示证书',
  '{1} shows a certificate that ends in {2} days ({3}); tailscaled should have renewed it by now.':
    '{1} 出示的证书将在 {2} 天后到期（{3}）；tailscaled 本应已经续期。',
  'From that day no browser and no node gets through, and nothing on this machine looks broken.':
    '从那天起，浏览器和节点都连不上，而本机看上去一切正常。',
  'tailscaled renews by itself a month before the end, when somebody opens the address. It cannot when certificates were switched off for the tailnet, when it does not reach Let’s Encrypt, or when the limit of certificates per name is used up; `tailscale cert` says which. A certificate that was put into its directory by hand is renewed by hand.':
    'tailscaled 会在到期前一个月、有人打开该地址时自动续期。如果 tailnet 关闭了证书、无法连接 Let’s Encrypt，或每个名称的证书数量已用完，就无法续期；`tailscale cert` 会说明是哪一种。手动放入其目录的证书需要手动续期。',
} as const;
