/** Peers of the gateway that are in trouble of their own making. */
export const peers = {
  'no gateway of this state directory answers': '此状态目录的网关没有应答',
  'Two nodes have one identity': '两个节点使用同一身份',
  'Nodes with more than one live connection at the gateway: {1}.': '在网关上有多个活动连接的节点数：{1}。',
  'Both addresses are in the log of the gateway. On the copy: stop the node, remove ~/.clawdbot/identity, start it, and approve it as a machine of its own.':
    '两个地址都在网关日志中。在副本上：停止节点，删除 ~/.clawdbot/identity，再启动，并把它作为独立的机器批准。',
  'Commands go to the one that connected last, which may be the wrong machine.':
    '命令会发给最后连接的那个，它可能不是您要的机器。',
  'The identity of a node is a key in its state directory. A cloned virtual machine, a home shared by two machines, or two node hosts of one home have the same one. Both connections are kept; the newest serves. A connection whose machine vanished counts until its silence is noticed.':
    '节点的身份是其状态目录中的一个密钥。克隆的虚拟机、两台机器共用的主目录，或同一主目录的两个节点会使用同一身份。两个连接都会保留，由最新的提供服务。机器已消失的连接在被发现沉默之前仍会计入。',
  'Somebody is locked out after wrong credentials': '有人因凭据错误而被暂时拒绝',
  'Sources that have to wait because of wrong credentials: {1}.': '因凭据错误而需等待的来源数：{1}。',
  'A machine with an old token cannot connect even after it has the right one, or somebody guesses.':
    '使用旧令牌的机器即使换上正确的令牌也暂时无法连接；也可能有人在猜测。',
  'Ten tries with one wrong credential, or thirty with any, within a minute lock that pair, or that source, out for a minute after the last try. Peers of this machine are only answered later, never locked out. The list tells the credential by the start of its hash: the same one again and again is a machine with an old token, many different ones are guesses. Mend the machine first, then unlock it.':
    '一分钟内用同一错误凭据尝试十次，或用任意凭据尝试三十次，该组合或该来源会被拒绝到最后一次尝试后一分钟。本机的客户端只会被延迟应答，绝不会被拒绝。列表用哈希的开头表示凭据：反复出现同一个，是使用旧令牌的机器；出现许多不同的，是有人在猜测。先修好那台机器，再解除限制。',
};
