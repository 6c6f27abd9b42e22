/** Ports. */
export const port = {
  'The port is used by another program': '端口被其他程序占用',
  '{1} is held by {2}; {3}.': '{1} 由 {2} 占用；{3}。',
  'Or end pid {1} in the way it was started.': '或者按当初启动的方式结束进程 {1}。',
  'A gateway cannot start here (exit status 78), and clients talk to the wrong program.':
    '网关无法在此启动（退出码 78），客户端会连到错误的程序。',
  'Somebody else listens on the configured port. It is called foreign only when the processes that hold the socket are known and none of them proves to be a gateway. End it the way it was started (its unit, its container), or move the gateway.':
    '有别的程序在监听所配置的端口。只有在占用套接字的进程已知、且都不能证明自己是网关时，才称为其他程序。请按启动它的方式结束它（其单元、其容器），或给网关换一个端口。',
  'The port belongs to the gateway of another state directory': '端口属于另一个状态目录的网关',
  '{1} is served by {2}, a gateway of another profile or account.':
    '{1} 由 {2} 提供服务，它是另一个配置档或账户的网关。',
  'Clients of this profile would reach the other one and be told to pair.':
    '此配置档的客户端会连到另一个网关，并被要求配对。',
  'Two profiles are configured for one port (field failure F-19). Profiles need ports of their own; the default profile has 18789, the profile dev 19001.':
    '两个配置档设置了同一个端口（现场故障 F-19）。每个配置档需要自己的端口；默认配置档是 18789，dev 配置档是 19001。',
  'The port is used by somebody who cannot be seen': '端口被看不见的程序占用',
  'it is held by uid {1}, to whom the state directory belongs; ask from that account':
    '它由 uid {1} 占用，状态目录归其所有；请用该账户查询',
  '{1} is held by a process of uid {2} (socket {3}); {4}; {5}.':
    '{1} 由 uid {2} 的进程占用（套接字 {3}）；{4}；{5}。',
  'A gateway cannot start here, and from this account nobody can say what is in the way.':
    '网关无法在此启动，而且从此账户看不出是什么挡在那里。',
  'The kernel shows the socket and its uid, but not the process: it belongs to another account, or lives in another namespace (a container with a published port). As root the process has a name.':
    '内核显示了套接字及其 uid，但没有显示进程：它属于另一个账户，或在另一个命名空间中（发布了端口的容器）。以 root 身份可以看到进程。',
  'The gateway does not answer': '网关没有应答',
  'it is {1}': '它处于 {1}',
  'it is stopping': '它正在停止',
  '; the process is stopped by a signal (state T)': '；进程被信号暂停（状态 T）',
  ' (process state {1})': '（进程状态 {1}）',
  '{1} listens on {2} but {3}.': '{1} 在 {2} 上监听，但{3}。',
  'Connections are accepted and then hang; to a port test it looks healthy.':
    '连接被接受后就挂起；只测端口看上去是健康的。',
  'Health means a correct answer in time, not an open port. A stopped process (state T) continues with SIGCONT. State D waits for a disk or a network file system. State R with no answer is a loop; under systemd the watchdog replaces it within 20 s.':
    '健康意味着及时给出正确的应答，而不只是端口开放。被暂停的进程（状态 T）收到 SIGCONT 后会继续。状态 D 在等待磁盘或网络文件系统。状态 R 却不应答是死循环；在 systemd 下，看门狗会在 20 秒内替换它。',
  '`localhost` may reach another program': '`localhost` 可能连到另一个程序',
  '{1} belongs to {2}, on the port of the gateway': '{1} 属于 {2}，与网关的端口相同',
  'Use 127.0.0.1 instead of localhost, or end that program.':
    '使用 127.0.0.1 代替 localhost，或结束那个程序。',
  'A name that means two addresses reaches now one, now the other.':
    '一个名称对应两个地址，时而连到这个，时而连到那个。',
  'IPv4 and IPv6 have ports of their own. When the gateway has 127.0.0.1 and somebody else [::1], both binds succeed and localhost decides by chance.':
    'IPv4 和 IPv6 的端口各自独立。网关占用 127.0.0.1 而别的程序占用 [::1] 时，两次绑定都会成功，localhost 指向谁全凭运气。',
  'The port may be given to an outgoing connection': '端口可能被分配给出站连接',
  'Port {1} lies in the range {2} from which the kernel takes ports for outgoing connections.':
    '端口 {1} 位于 {2} 范围内，内核从中为出站连接分配端口。',
  'One day a start fails because some connection has the port, and nobody listens on it.':
    '总有一天启动会失败，因为某个连接占用了该端口，而没有任何程序在监听。',
  'See ip_local_port_range and ip_local_reserved_ports of Documentation/networking/ip-sysctl. Reserving the port is enough; put it into /etc/sysctl.d to keep it.':
    '参见 Documentation/networking/ip-sysctl 中的 ip_local_port_range 和 ip_local_reserved_ports。保留该端口即可；写入 /etc/sysctl.d 使其长期有效。',
  'The gateway listens on another port than configured': '网关监听的端口与配置不同',
  'the gateway of this state directory (pid {1}) listens on {2}:{3}':
    '此状态目录的网关（进程 {1}）在 {2}:{3} 上监听',
  '{1} says {2}, which wins for the service': '{1} 指定了 {2}，对服务以它为准',
  'The {1} port is {2}; {3}.': '按 {1} 的设置，端口是 {2}；{3}。',
  'The service listens on one port, and every command looks at the other.':
    '服务监听一个端口，而所有命令看的是另一个。',
  'The port in force is that of --port, then CLAWDBOT_GATEWAY_PORT of the unit, then the config. A socket unit wins over all of them until the next install.':
    '生效的端口依次取自 --port、单元的 CLAWDBOT_GATEWAY_PORT、配置。socket 单元优先于这一切，直到下次安装。',
  '{1} pid {2} of uid {3}, started by {4} {5} ago': '{1} 进程 {2}（uid {3}，由 {4} {5} 前启动）',
  'uid {1}': 'uid {1}',
  'answers as {1}': '应答为 {1}',
  'gave no answer within {1} ms': '在 {1} 毫秒内没有应答',
  'refused the connection ({1})': '拒绝了连接（{1}）',
  'was not asked': '没有询问',
} as const;
