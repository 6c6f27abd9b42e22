/** Who else starts gateways. */
export const owners = {
  'Two want to be the gateway: a process that runs, and a service that cannot':
    '有两方想做网关：一个正在运行的进程，和一个起不来的服务',
  once: '一次',
  '{1} times': '{1} 次',
  'was started again {1}': '又被启动了 {1}',
  'could not start': '无法启动',
  ', the last time it ended with {1}': '，最近一次结束：{1}',
  '{1} ({2}) {3}: pid {4} ({5}, started by {6}) has port {7}.':
    '{1}（{2}）{3}：端口 {7} 由进程 {4}（{5}，由 {6} 启动）占用。',
  'the unit does not start at boot any more; what runs goes on as it is':
    '该单元不再开机启动；正在运行的一切照旧',
  'Each attempt costs seconds of processor time and hundreds of megabytes, for days; which of the two serves after a crash or a reboot is chance.':
    '每次尝试都要耗费数秒处理器时间和数百兆内存，并持续数天；崩溃或重启之后由谁提供服务全凭运气。',
  'Somebody started a gateway by hand, or a unit of a former installation was left enabled. The unit cannot get the lock or the port, ends, and Restart=always starts it again; its start limit cannot trip. Decide who owns the service: keep the process (the unit is stopped and disabled), or keep the service (the process is asked to end, then the unit serves). Units of this program stand by instead.':
    '有人手动启动了网关，或者以前安装留下的单元仍处于启用状态。单元拿不到锁或端口，退出，又被 Restart=always 再次启动；它的启动次数限制永远不会触发。请决定服务归谁：保留进程（停止并禁用该单元），或保留服务（请该进程退出，由单元提供服务）。本程序的单元则会待命接班。',
  'A gateway started by hand serves, and the service waits behind it':
    '手动启动的网关正在提供服务，系统服务在后面等待',
  'no gateway that was started by hand serves': '没有手动启动的网关在提供服务',
  'pid {1}, started by {2}, serves; {3} stands by and takes over when it ends.':
    '进程 {1}（由 {2} 启动）正在提供服务；{3} 待命，等它退出后接班。',
  'End the process the way it was started: {1} takes over at that moment.':
    '按当初启动的方式结束该进程：{1} 会立即接班。',
  'connections are closed once and come back within a second; the process that serves now ends':
    '所有连接会断开一次，一秒之内恢复；当前提供服务的进程随之退出',
  '{1} takes over now': '{1} 立即接班',
  'Two owners take turns: restart and upgrade of the service change nothing while the other one serves.':
    '两个所有者轮流坐庄：另一方提供服务期间，重启或升级系统服务不起任何作用。',
  'Nothing is broken: the kernel lets one of them own the state, the other waits without using the processor. Let the service take over (no connection is lost for more than a moment, and the process started by hand ends), or keep the process and disable the service.':
    '什么也没有坏：内核只让其中一个拥有状态，另一个只是等待，不占用处理器。可以让系统服务接班（连接最多中断片刻，手动启动的进程随之退出），也可以保留进程并禁用系统服务。',
  '{1} is stopped and disabled': '{1} 被停止并禁用',
  'nobody starts a gateway after a crash, a logout or a reboot': '崩溃、注销或重启之后，没有谁会启动网关',
  'pid {1} goes on; {2} is stopped and disabled': '进程 {1} 继续运行；{2} 被停止并禁用',
  'pid {1} is asked to end; {2} serves': '请进程 {1} 退出；由 {2} 提供服务',
  'connections are refused until the unit has started, which takes other products several seconds; what the process was doing is cut off':
    '在单元启动之前连接会被拒绝，其他产品需要数秒；该进程手头的工作会被打断',
  'The same service is installed for the user and for the system': '同一服务既为用户安装，又为系统安装',
  'A {1} is enabled twice: {2} and {3}; running: {4}.': '{1} 被启用了两次：{2} 和 {3}；正在运行：{4}。',
  'none for what runs: the one that does not run is disabled and starts at boot no more':
    '对正在运行的没有影响：没有运行的那个会被禁用，不再开机启动',
  'At the next boot both start, and which of them serves is chance.':
    '下次开机时两者都会启动，由谁提供服务全凭运气。',
  'Keep one. The service of the account needs no rights and starts at boot when lingering is on; the service of the system runs as an account of its own with its own state.':
    '保留一个。账户的服务不需要特权，开启 linger 后会随开机启动；系统的服务以自己的账户运行，有自己的状态。',
  'A unit of a former name is still enabled': '旧名称的单元仍处于启用状态',
  'Besides {1}, a {2} is started by {3}.': '除 {1} 之外，{3} 也会启动 {2}。',
  'none for what runs: a unit that does not run is disabled and starts at boot no more':
    '对正在运行的没有影响：没有运行的单元会被禁用，不再开机启动',
  'Two programs want the same port and state at every start.': '每次启动时，两个程序争用同一个端口和状态。',
  'Units of Clawdbot, Moltbot and OpenClaw are recognised by what they start, not by a word in the text. Disabling keeps the file; enable it again to go back.':
    'Clawdbot、Moltbot 和 OpenClaw 的单元是按其启动的程序识别的，而不是按文本中的词。禁用会保留文件；再次启用即可恢复。',
  'The gateway on this port belongs to another account': '此端口上的网关属于另一个账户',
  'it serves uid {1}, to whom the state directory belongs; ask from that account':
    '它为 uid {1} 提供服务，状态目录归其所有；请用该账户查询',
  '{1} is served for uid {2}; this is uid {3}.': '{1} 为 uid {2} 提供服务；当前是 uid {3}。',
  'Or use the gateway that is there: run the command as uid {1}.':
    '或者使用现有的网关：以 uid {1} 运行该命令。',
  'A service installed from this account would compete with it.': '从此账户安装的服务会与它竞争。',
  'One machine, two accounts, one port. Usually a command was run with sudo by mistake.':
    '一台机器、两个账户、一个端口。通常是误用了 sudo 运行命令。',
  'The gateway is started by something this program does not manage': '网关由本程序不管理的东西启动',
  'pid {1} was started by {2}.': '进程 {1} 由 {2} 启动。',
  'Stop, restart and upgrade have to be done where it is started.': '停止、重启和升级要在启动它的地方进行。',
  'cron, pm2, a desktop session or a unit of your own started this gateway. Nothing is changed about that; a service installed beside it stands by.':
    '此网关由 cron、pm2、桌面会话或您自己的单元启动。这不会有任何改变；在旁边安装的服务会待命。',
  none: '无',
} as const;
