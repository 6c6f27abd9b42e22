/** Who owns the state directory. */
export const lock = {
  'is gone': '已不存在',
  'ended with an earlier boot of this machine': '在本机上一次开机期间结束',
  'is gone; its number now belongs to another program': '已不存在，其进程号现属于另一个程序',
  'The record of the owner is unreadable': '所有者的记录无法读取',
  'gateway.holder.json cannot be understood: {1}': '无法理解 gateway.holder.json：{1}',
  'none: the record decides nothing, and whoever owns the service writes it again':
    '无：该记录不决定任何事情，拥有服务的一方会重新写入',
  'Nobody can tell who owns the service; stop and takeover refuse.':
    '无法得知服务归谁所有；停止和接管都会拒绝执行。',
  'The record only gives the owner a name. Who owns is decided by a lock of the kernel, so rubbish in the record neither blocks a start nor permits a second one.':
    '记录只是说出所有者的名字。归谁所有由内核锁决定，因此记录中的垃圾既不会阻止启动，也不会允许第二次启动。',
  'The last gateway ended without a goodbye': '上一个网关未正常退出',
  '{1} pid {2} was last heard of {3} and {4}.': '{1} 进程 {2} 最后一次出现于 {3}，{4}。',
  'none: the record names nobody who lives': '无：记录中的进程已不存在',
  'It was killed or the machine went down; the log may say why. A start needs no cleaning up.':
    '它被强行终止，或机器断电；日志可能说明原因。启动前无需清理。',
  'The record names a process that {1}. The kernel dropped its lock at that moment, so the next start takes over at once. Nothing is ever signalled because of a record alone.':
    '记录中的进程{1}。内核当时就释放了它的锁，因此下次启动会立即接管。绝不会仅凭一条记录向任何进程发送信号。',
  'The owner runs in a container': '所有者在容器中运行',
  'Its pid means nothing here; only the container engine can stop it.':
    '它的进程号在这里没有意义；只有容器引擎能停止它。',
  'The record was written in another pid namespace. Whether that process lives cannot be told by its number; the lock of the kernel reaches across and still keeps a second start away.':
    '记录写于另一个 pid 命名空间。无法凭进程号判断该进程是否还在；但内核锁跨越命名空间，仍会阻止第二次启动。',
  'The gateway does not hold the lock of its state directory': '网关没有持有其状态目录的锁',
  'no gateway runs': '没有网关在运行',
  'the descriptors of the gateway may not be read from this account': '此账户无权读取网关的文件描述符',
  'pid {1} holds a lock on {2}, not on the directory that is there now: a second gateway could start.':
    '进程 {1} 锁住的是 {2}，而不是现在的目录：可能会启动第二个网关。',
  'Two gateways on one state directory overwrite each other.': '两个网关共用一个状态目录会互相覆盖。',
  'The state directory was removed, renamed or put back from a backup under a running gateway. The lock belongs to the directory that was there before. A restart locks the present one.':
    '状态目录在网关运行期间被删除、改名或从备份恢复。锁属于之前的那个目录。重启后会锁住现在的目录。',
  'Two gateways of one state directory': '同一个状态目录有两个网关',
  'pid {1} serves on {2}:{3}': '进程 {1} 在 {2}:{3} 上提供服务',
  'Both write the same pairings and approvals.': '两者写入同一份配对和审批数据。',
  'The lock makes this impossible for this program on a local disk. It happens with locks in temporary directories (the real program), on network file systems, and when the directory was exchanged under a running gateway.':
    '在本地磁盘上，锁使本程序不可能出现这种情况。它发生于锁放在临时目录中（真正的程序）、网络文件系统，以及目录在网关运行期间被调换时。',
  'A record lies in the future': '有一条记录的时间在未来',
  'The record of pid {1} is {2} s ahead of this clock.': '进程 {1} 的记录比本机时钟早走 {2} 秒。',
  'The clock jumped. Signatures of nodes are refused when clocks differ too much.':
    '时钟发生了跳变。时钟相差太多时，节点的签名会被拒绝。',
  'No decision of this program depends on wall-clock age: waiting uses the monotonic clock. But pairing and certificates do depend on the right time.':
    '本程序的任何决定都不依赖墙上时钟：等待使用单调时钟。但配对和证书确实依赖正确的时间。',
} as const;
