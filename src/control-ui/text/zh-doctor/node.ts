/** This machine as a node, and nodes that wait. */
export const node = {
  'The pairing database is damaged': '配对数据库已损坏',
  '{1} cannot be used: {2}': '{1} 无法使用：{2}',
  'Restore {1} from a backup, or move it away: every device then has to pair again.':
    '从备份恢复 {1}，或把它移走：之后每台设备都要重新配对。',
  'The gateway refuses to start with it; it never counts as empty.':
    '网关拒绝带着它启动；它绝不会被当成空的。',
  'A disk error, a copy of a file in use, or another program wrote over it. The file is left as it is.':
    '磁盘错误、复制了使用中的文件，或被其他程序覆盖。文件保持原样。',
  'Devices wait for approval': '有设备等待批准',
  '{1} asks ({2}, request {3}, kept in {4})': '{1} 提出请求（{2}，请求 {3}，保存在 {4}）',
  'They cannot do anything until somebody decides.': '在有人作出决定之前，它们什么也做不了。',
  'A request of a device lives five minutes and is made again with the next attempt; a request for more commands stays. Approve only what you know.':
    '设备的请求有效期五分钟，下次尝试时会重新发出；要求更多命令的请求会一直保留。只批准您认识的设备。',
  'The node host of this machine waits for approval': '本机的节点等待批准',
  'no node host runs': '没有节点在运行',
  'The network and the token are fine; {1} wants this node to be approved.':
    '网络和令牌都没问题；{1} 要求先批准此节点。',
  'On the gateway machine run: clawdbot nodes pending': '在网关所在的机器上运行：clawdbot nodes pending',
  'Until then no command runs on this machine.': '在此之前，本机不会执行任何命令。',
  'Pairing is decided on the machine of the gateway. Look there with the profile and account that the gateway runs with.':
    '配对由网关所在的机器决定。请用网关所用的配置档和账户在那里查看。',
  'The second approval of this node is missing': '此节点缺少第二次批准',
  'It is paired with {1} and connected; the people there have not approved what it offers.':
    '它已与 {1} 配对并连接；那边的人还没有批准它所提供的命令。',
  'approve {1}': 'approve {1}',
  'On the machine of that gateway: openclaw nodes {1}': '在那个网关所在的机器上运行：openclaw nodes {1}',
  'Every command it is asked for is refused until then.': '在此之前，要求它执行的命令都会被拒绝。',
  'OpenClaw gateways ask twice: about the device, and about the commands it offers. This program asks once. The node takes up work at the moment of the approval, without a restart.':
    'OpenClaw 网关会问两次：一次关于设备，一次关于它提供的命令。本程序只问一次。批准之后节点立即开始工作，无需重启。',
  'The node host is alive but does nothing': '节点活着，但什么也不做',
  '; last error: {1}': '；最近的错误：{1}',
  'pid {1} says {2} for {3} min without an attempt{4}.': '进程 {1} 处于 {2} 状态已有 {3} 分钟而没有尝试{4}。',
  'It looks like it runs, and stays away for ever.': '看上去在运行，却一直不上线。',
  'A node host always has an attempt running or a time for the next one. One whose time has passed is stopped by a signal (state T) or hangs in the kernel.':
    '节点总是要么正在尝试，要么有下一次尝试的时间。时间已过却没有尝试，说明它被信号暂停（状态 T）或卡在内核中。',
  'The gateway refuses this node': '网关拒绝此节点',
  'Give the node the token of the gateway: CLAWDBOT_GATEWAY_TOKEN=… clawdbot node install':
    '把网关的令牌交给节点：CLAWDBOT_GATEWAY_TOKEN=… clawdbot node install',
  'Trying again does not help, and too many attempts lock it out.': '再试也没有用，尝试太多还会被锁定。',
  'The token was changed or revoked, or is that of another gateway. The node tries seldom until its settings change.':
    '令牌被更换或撤销，或者属于另一个网关。在设置改变之前，节点只会偶尔尝试。',
  'Gateway and node do not speak the same version': '网关与节点的版本不兼容',
  'Update the older side.': '请升级较旧的一方。',
  'The node cannot connect until one side is updated.': '在一方升级之前，节点无法连接。',
  'Both sides say which versions of the protocol they speak. This program speaks the present one and the one before.':
    '双方都会说明自己支持的协议版本。本程序支持当前版本和上一个版本。',
  'The node host of this machine is not connected': '本机的节点没有连接',
  'no reason': '没有原因',
  '{1}: {2} ({3} attempts, the next in {4} s)': '{1}：{2}（已尝试 {3} 次，{4} 秒后再试）',
  'No command runs on this machine until it connects.': '在连接之前，本机不会执行任何命令。',
  'The node goes on trying with growing pauses. The last error says what is in the way: no route, nobody listening, a proxy, a certificate.':
    '节点会以越来越长的间隔继续尝试。最近的错误说明了障碍：没有路由、无人监听、代理、证书。',
  'The certificate of the gateway is not the pinned one': '网关的证书与固定的不符',
  'Compare the fingerprint on the gateway machine: clawdbot config get gateway.tls':
    '请在网关所在的机器上核对指纹：clawdbot config get gateway.tls',
  'The node cannot tell whether it talks to its gateway, and does not connect.':
    '节点无法确认对方是不是自己的网关，因此不连接。',
  'The certificate was renewed, or somebody is in between. Never switch verification off: take the new fingerprint from the gateway machine itself.':
    '证书已更新，或者中间有人。切勿关闭验证：请从网关所在的机器上取得新指纹。',
  'The clocks of gateway and node differ': '网关与节点的时钟不一致',
  'Signatures carry the time; a gateway refuses those of another time.':
    '签名带有时间；网关会拒绝时间不符的签名。',
  'Compare `date -u` on both machines. Virtual machines lose time when they are suspended.':
    '请在两台机器上比较 `date -u`。虚拟机在挂起时会丢失时间。',
  'The node service does not run': '节点服务没有运行',
  'no node service is installed': '没有安装节点服务',
  'its manager cannot be asked': '无法询问它的管理器',
  '{1} is installed and stopped.': '{1} 已安装，但处于停止状态。',
  'No command runs on this machine.': '本机不会执行任何命令。',
  'Somebody stopped it, or it ended cleanly. It starts at the next boot or login.':
    '有人停止了它，或者它正常结束了。下次开机或登录时会启动。',
  'The status of the node host is unreadable': '节点的状态文件无法读取',
  'none: a node host writes it again': '无：节点会重新写入',
  'Nothing can be said about the node host of this machine.': '无法说明本机节点的情况。',
  'The file is information only; a running node host writes it again with its next change.':
    '该文件仅供参考；运行中的节点在下次变化时会重新写入。',
} as const;
