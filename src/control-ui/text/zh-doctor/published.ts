/** Published programs beside ours. */
export const published = {
  'A gateway of the real product runs here': '本机运行着真正产品的网关',
  'pid {1} ({2}) on {3}, started by {4}': '进程 {1}（{2}）在 {3}，由 {4} 启动',
  ', does not answer yet': '，尚未应答',
  'A published gateway does not answer': '已发布产品的网关没有应答',
  ', is stopped by a signal (state T)': '，被信号停住（状态 T）',
  ', accepts connections and does not answer (process state {1})': '，接受连接却不应答（进程状态 {1}）',
  'A published gateway of this state directory, or of this home, has the port open and gives no answer within 1 s. It has no watchdog, so nothing starts it again. A stopped process (state T) continues with SIGCONT; one in state R is in a loop, one in state D waits for a disk. In its first five minutes only a stopped one is called stuck: its start keeps it busy.':
    '此状态目录（或此用户目录）的已发布产品网关占着端口，却在 1 秒内没有应答。它没有看门狗，因此没有谁会重新启动它。被停住的进程（状态 T）用 SIGCONT 继续；状态 R 的进程陷入循环，状态 D 的进程在等磁盘。启动后的头五分钟里只有被停住的才算卡死：启动本身就让它很忙。',
  'It has none of the protections against two owners; its state can be taken over.':
    '它没有任何防止两个所有者的保护；其状态可以接管。',
  'The real program locks a file in the temporary directory, which cleaners remove. This gateway takes over its pairings at the first start on the same state directory, when the other one is stopped.':
    '真正的程序锁住的是临时目录中的文件，而清理程序会删除它。另一个网关停止之后，此网关首次在同一状态目录上启动时会接管其配对。',
  'A published gateway serves the whole network without TLS':
    '已发布产品的网关向整个网络提供服务，且没有 TLS',
  'pid {1} ({2}) answers plain HTTP on {3}:{4}': '进程 {1}（{2}）在 {3}:{4} 上应答明文 HTTP',
  'Set gateway.bind to loopback in its config and publish it through tailscale serve.':
    '在其配置中把 gateway.bind 设为 loopback，并通过 tailscale serve 发布。',
  'Tokens cross the network readable, and everybody who reaches the port can try passwords.':
    '令牌以可读的形式经过网络，任何能连到该端口的人都可以尝试密码。',
  'OpenClaw binds every address when it believes to be in a container, the others when told to. Only loopback, a tailnet address or TLS keep a token from being read on its way.':
    'OpenClaw 认为自己在容器中时会监听所有地址，其他产品在被要求时才会。只有回环地址、tailnet 地址或 TLS 能使令牌在途中不被读取。',
  'Others may read the files of a published program': '其他人可以读取已发布产品的文件',
  '{1} ({2}) has mode {3}': '{1}（{2}）的权限是 {3}',
  'a program of another account that reads these files on purpose no longer can':
    '其他账户中有意读取这些文件的程序将无法再读取',
  'Tokens, device keys and approvals in these files let anyone with an account here act as the owner.':
    '这些文件中的令牌、设备密钥和审批使本机上任何有账户的人都能冒充所有者。',
  'Clawdbot 2026.1 writes its state with the umask of whoever started it, usually 0644 in directories of 0755. OpenClaw keeps its directory private. Narrowing the modes disturbs neither.':
    'Clawdbot 2026.1 按启动者的 umask 写入状态，通常是 0755 目录中的 0644 文件。OpenClaw 的目录是私有的。收紧权限对两者都没有影响。',
  'A published node is connected to no gateway': '已发布产品的节点没有连接到任何网关',
  'no published node host runs': '没有已发布产品的节点在运行',
  'the connections of pid {1} may not be read': '无权读取进程 {1} 的连接',
  'was started again {1} times': '被再次启动了 {1} 次',
  '; it said: {1}': '；它说：{1}',
  '{1} {2} and has no connection to {3}:{4}': '{1} {2}，没有到 {3}:{4} 的连接',
  'On the machine of its gateway: clawdbot nodes pending, then clawdbot nodes approve ID.':
    '在其网关所在的机器上：先 clawdbot nodes pending，再 clawdbot nodes approve ID。',
  'To systemd all is well, and no command reaches this machine.':
    '在 systemd 看来一切正常，却没有命令能到达本机。',
  'A published node that is refused (close code 1008, `pairing required`, a wrong token) ends with status 0 and is started again every few seconds, for ever; refused later, it may stop trying and stay alive without a word. Approve its request on the gateway; the unit then connects at its next attempt. The kernel knows the truth: a node that works has an established connection to its gateway.':
    '已发布产品的节点被拒绝后（关闭码 1008、`pairing required`、令牌错误）以状态 0 结束，每隔几秒又被启动，没完没了；如果是后来才被拒绝，它可能不再尝试，却一声不响地活着。请在网关上批准它的请求；单元会在下次尝试时连接。内核知道真相：正常工作的节点与其网关之间有已建立的连接。',
} as const;
