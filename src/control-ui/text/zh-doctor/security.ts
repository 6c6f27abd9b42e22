/** TLS, approvals, secrets. */
export const security = {
  'The gateway answers requests under foreign names': '网关会应答以陌生名称发来的请求',
  'the gateway gave no answer to the question': '网关没有回答这个问题',
  'A request with Host: rebound.invalid was answered with {1}.':
    '带有 Host: rebound.invalid 的请求得到了 {1} 应答。',
  'A web page can point its own name at 127.0.0.1 and talk to the gateway through a browser (DNS rebinding).':
    '网页可以把自己的域名指向 127.0.0.1，再通过浏览器与网关对话（DNS 重绑定）。',
  'This gateway answers only to loopback, bound addresses and gateway.allowedHosts. A proxy in front that rewrites Host takes the protection away.':
    '此网关只应答回环地址、监听的地址和 gateway.allowedHosts。前面的代理如果改写 Host，就会去掉这层保护。',
  'Another program lets other machines reach the gateway': '另一个程序让其他机器可以访问网关',
  '{1} pid {2} of uid {3} is connected to the gateway, and its kind carries connections from other machines.':
    '{1}（pid {2}，uid {3}）已连接到网关，而这类程序会转送来自其他机器的连接。',
  '{1} pid {2} of uid {3} is connected to the gateway, and listens on {4}, which other machines can reach.':
    '{1}（pid {2}，uid {3}）已连接到网关，并监听 {4}，其他机器可以访问那里。',
  'Where it is not meant to be a door, end it in the way it was started; publish with `clawdbot tailscale serve`.':
    '如果它不应成为入口，请用启动它的方式将其结束；发布请用 `clawdbot tailscale serve`。',
  'Who may reach the gateway is decided by that program, and to the gateway everybody comes from this machine.':
    '谁可以访问网关由那个程序决定，而在网关看来，所有人都来自本机。',
  'Tailscale Serve is the one door that the gateway checks (field failures F-56, F-59). A reverse proxy on a public address, or a tunnel (cloudflared, ngrok, ssh -R), is another. It is seen while somebody is connected through it; a program that serves others and is a client of the gateway only for itself looks the same.':
    'Tailscale Serve 是网关会检查的唯一入口（现场故障 F-56、F-59）。公网地址上的反向代理，或者隧道（cloudflared、ngrok、ssh -R），是另一个入口。只有当有人正通过它连接时才能看到；一个为他人服务、但只为自己使用网关的程序看起来也是一样。',
  'Credentials lie where others may read them': '凭据放在其他人可以读取的地方',
  '{1} (mode {2}) has the value of {3}': '{1}（权限 {2}）含有 {3} 的值',
  'none: the service manager reads the file as its owner': '无：服务管理器以文件所有者的身份读取',
  'Every account of this machine can read the token and act as the owner.':
    '本机的每个账户都能读取令牌，冒充所有者。',
  'The real program writes the gateway token into its unit, mode 0644. Narrowing the file is not enough: `systemctl show` gives Environment= to everybody. Take the variable out, keep the token in the config (0600), and choose a new one.':
    '真正的程序把网关令牌写入其单元，权限 0644。只收紧文件还不够：`systemctl show` 会把 Environment= 给任何人看。请去掉该变量，把令牌放在配置中（0600），并换一个新的。',
  'PATH has directories that others may write to': 'PATH 中有其他人可以写入的目录',
  '{1} is {2}': '{1} is {2}',
  'Take {1} out of PATH.': '把 {1} 从 PATH 中去掉。',
  'Whoever writes there decides what runs under the name of a system program.':
    '谁能在那里写入，谁就决定以系统程序的名义运行什么。',
  'This program looks for its own helpers in directories of root only. A node host runs what PATH finds, after approval by resolved path.':
    '本程序只在属于 root 的目录中查找自己的辅助程序。节点运行 PATH 找到的程序，按解析后的路径审批。',
  'The approvals of commands are damaged': '命令的审批文件已损坏',
  'Until it is repaired every command on this machine is denied.': '在修复之前，本机拒绝一切命令。',
  'exec-approvals.json has to be a plain file of this account with words this version knows. Doubt means deny; the file is never replaced by an empty one.':
    'exec-approvals.json 必须是此账户的普通文件，其中的词须为此版本所知。有疑问即拒绝；绝不会用空文件替换它。',
  'An approval covers every program': '某条审批涵盖了所有程序',
  'no approvals are stored': '没有保存审批',
  '{1}: {2} allows {3}, which runs anything': '{1}：{2} 允许 {3}，而它能运行任何东西',
  'A shell, an interpreter or a wrapper runs whatever it is given.':
    'shell、解释器或包装程序会运行交给它的任何东西。',
  'Entries of older releases and of the real program may name sh, env or sudo. This program asks again for each command of a shell; the entry still says more than anybody meant.':
    '旧版本和真正程序的条目可能写着 sh、env 或 sudo。本程序会对 shell 的每条命令再次询问；但该条目仍然超出了任何人的本意。',
  'The certificate expires': '证书即将到期',
  'TLS is off': 'TLS 未开启',
  'it is not valid yet': '尚未生效',
  'it expired {1} days ago': '已于 {1} 天前到期',
  'it expires in {1} days': '将于 {1} 天后到期',
  'Replace certificate and key, then restart; a generated pair is made again when both files are moved away.':
    '更换证书和密钥，然后重启；把两个文件都移走，会重新生成一对。',
  'Clients refuse an expired certificate, and those that pinned it need the new fingerprint.':
    '客户端拒绝过期的证书，固定了证书的客户端需要新的指纹。',
  'Clients pin the fingerprint of the certificate. Announce the new one before the old one ends.':
    '客户端固定的是证书的指纹。请在旧证书到期之前公布新的。',
  'The certificate lacks local names': '证书缺少本地名称',
  'there is no certificate': '没有证书',
  '{1} is not valid for {2}': '{1} 对 {2} 无效',
  'Programs that check names refuse local connections.': '检查名称的程序会拒绝本地连接。',
  'Our own clients pin the fingerprint and do not need names. Browsers and curl do.':
    '我们自己的客户端固定指纹，不需要名称。浏览器和 curl 需要。',
  'The gateway serves other machines without TLS': '网关在没有 TLS 的情况下向其他机器提供服务',
  'pid {1} answers plain HTTP on {2}:{3}, which other machines can reach.':
    '进程 {1} 在 {2}:{3} 上应答明文 HTTP，其他机器可以访问。',
  'Publish it with `clawdbot tailscale serve`, or set gateway.tls.enabled.':
    '用 `clawdbot tailscale serve` 发布，或设置 gateway.tls.enabled。',
  'The gateway belongs on loopback, with Tailscale Serve as its only door (field failures F-59, F-75). A tailnet address is encrypted by the tailnet itself; everything else needs gateway.tls.enabled.':
    '网关应当只在回环地址上，Tailscale Serve 是唯一的门（现场故障 F-59、F-75）。tailnet 地址由 tailnet 自己加密；其他情况都需要 gateway.tls.enabled。',
  'Credentials would travel in clear': '凭据会以明文传输',
  'no gateway elsewhere is configured': '没有配置别处的网关',
  'gateway.remote.url is {1}, without TLS.': 'gateway.remote.url 是 {1}，没有 TLS。',
  'Everybody on the way reads the token.': '沿途的任何人都能读到令牌。',
  'Beyond this machine use wss://, a tailnet serve address, or an SSH tunnel to loopback.':
    '在本机之外请使用 wss://、tailnet 的 serve 地址，或到回环地址的 SSH 隧道。',
} as const;
