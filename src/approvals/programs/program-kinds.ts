/**
 * What is known about programs that start other programs, by the name of their real file without its version.
 * A program that is in none of the lists is an ordinary one: a plain entry covers it with any arguments.
 */
export type ProgramKind =
  /** Runs code given to it: scripts, expressions, macros. */
  | 'interpreter'
  /** A shell, which is an interpreter whose text can be read. */
  | 'shell'
  /** Starts its operand; `wrappers.ts` knows how. */
  | 'wrapper'
  /** Starts something only with certain options; a table or a reader of its own knows the others. */
  | 'optional'
  /** Starts something in nearly every form, or is many programs in one. */
  | 'carrier'
  | 'ordinary';

/** The kind of the program behind a real path. */
export function programKind(realPath: string): { kind: ProgramKind; name: string } {
  const name = programName(realPath);
  return { kind: KINDS.get(name) ?? (isLoader(name) ? 'carrier' : 'ordinary'), name };
}

/** The file name in lower case, without `.exe`, a version, or Debian's marks of variants. */
function programName(realPath: string): string {
  const base = realPath.slice(realPath.lastIndexOf('/') + 1).toLowerCase();
  if (KINDS.has(base)) return base;
  const stem = base
    .replace(
      /\.(exe|basic|tiny|nox|gtk|gtk3|athena|real|distrib|debianutils|openbsd|traditional|static)$/,
      '',
    )
    .replace(/^(x86_64|aarch64|i[3-6]86|arm|riscv64)-linux-gnu(eabihf)?-/, '')
    .replace(/(-?\d+(\.\d+)*[a-z]{0,2}\d*)$/, '')
    .replace(/-(static|dbg|dev|config|minimal|full)$/, '');
  return KINDS.has(stem) ? stem : base;
}

/** The dynamic loader runs the file it is given (ld.so(8)). */
function isLoader(name: string): boolean {
  return /^ld(-linux.*|-musl.*|-\d.*|\.so.*)$/.test(name);
}

const LISTS = {
  shell: 'sh bash dash',
  interpreter: `
    zsh ksh mksh lksh pdksh ash posh fish csh tcsh rc es yash rbash nu elvish xonsh pwsh powershell cmd wscript cscript
    python pypy ipython jython perl ruby irb pry node nodejs deno bun ts-node tsx php php-cgi lua luajit texlua tclsh
    wish expect guile scheme racket gsi csi sbcl clisp ecl elixir iex erl escript ghci runghc runhaskell ocaml julia r
    rscript octave gnuplot java jshell groovy scala kotlin clojure dotnet mono swift osascript jxa awk gawk mawk nawk
    original-awk igawk bwk dc bc m4 gdb lldb cgdb make gmake bmake ninja cmake ctest scons meson just rake
    ant gradle mvn sbt bazel buck task npm npx pnpm pnpx yarn corepack pip pipx uv uvx poetry conda gem bundle composer
    cargo go rustc tcc ld vi vim view rvim vimdiff nvim ex ed red emacs emacsclient nano pico joe
    micro kak hx mcedit mc knife latexmk lwp-request pdb slsh jjs jrunscript cobc sqlite sqlite3 psql mysql mariadb mongo mongosh redis-cli duckdb ftp lftp sftp telnet gs
    latex pdflatex tex xelatex lualatex jupyter ansible-console bpftrace stap dtrace frida blender gimp
    pytest py.test tox nox coverage mypy pylint pre-commit sphinx-build mkdocs alembic django-admin flask uvicorn gunicorn
    celery fab inv scrapy dbt eslint prettier stylelint jest mocha vitest webpack rollup vite gulp grunt nx turbo lerna
    cypress playwright rspec rubocop jekyll phpunit docker-compose podman-compose autoreconf automake autoconf aclocal waf`,
  wrapper: 'env nice timeout nohup stdbuf setsid ionice xargs flock time chrt taskset',
  optional:
    'find tar sed sort git rg rsync docker podman systemctl kubectl tcpdump less more man wget curl zip install split journalctl ip gpg file date gcc cc c++ g++ clang clang++',
  carrier: `
    busybox toybox coreutils uutils sudo sudoedit doas su runuser pkexec setpriv capsh unshare nsenter chroot fakeroot
    bwrap firejail systemd-run systemd-nspawn machinectl script scriptreplay watch parallel entr inotifywait at batch
    crontab cron anacron ssh ssh-agent autossh mosh scp slogin dbclient rsh rlogin rexec strace ltrace valgrind perf
    catchsegv start-stop-daemon run-parts dbus-run-session dbus-launch dbus-send busctl gdbus xvfb-run screen tmux
    byobu zellij dtach abduco nc ncat netcat socat openssl dpkg apt apt-get aptitude yum dnf rpm snap flatpak brew nix
    nix-shell nix-build nix-env lxc lxd lxc-attach nerdctl ctr crictl vagrant virsh qemu ansible ansible-playbook salt
    puppet chef terraform pulumi helm service invoke-rc.d initctl openrc rc-service runit sv s6 supervisorctl pm2
    forever nodemon tini dumb-init gosu su-exec setarch arch linux32 linux64 i386 x86_64 prlimit numactl cgexec
    cset softlimit chpst envdir setuidgid unbuffer rlwrap faketime ccache distcc
    xterm gnome-terminal konsole alacritty kitty x-terminal-emulator xdg-open open sensible-editor sensible-pager
    sensible-browser editor pager run-mailcap see mailx mail mutt sendmail procmail logrotate cpio mount umount
    update-alternatives debconf git-shell git-receive-pack git-upload-pack hg svn cvs bzr gh glab kexec insmod
    modprobe kmod forfiles rundll32 regsvr32 mshta wmic schtasks certutil tclkit wine choom
    systemd-inhibit systemd-cat systemd-socket-activate varlinkctl run0 ssh-keygen ssh-add ssh-copy-id c89 c99 certbot cowsay cowthink cpan csvtool dosbox dvips easy_install
    enscript exiftool facter genie grc gtester ispell multitime ncftp pexec pg psad psftp rpmdb rpmverify rtorrent
    scanmem scrot smbclient sqlmap tasksh tbl tftp volatility xdg-user-dir xetex zypper pacman apk emerge eopkg crash
    hping3 ngrep nft mtr top htop btop iftop nethogs powertop s3cmd cdist check_by_ssh mosquitto_sub websocat
    torsocks torify proxychains
    runcon newgrp sg daemonize daemon cpulimit trickle eatmydata fakechroot openvt tsp xdotool wmctrl ldd ldconfig patch
    sdiff diff3 fzf fd fdfind bat batcat ag ack tig lazygit nmap aria2c openvpn sshfs sshpass pandoc convert magick mogrify
    groff nroff troff whiptail dialog visudo vipw vigr chsh pkg rpmquery rpmbuild fpm msgfilter
    timedatectl loginctl hostnamectl w3m lynx links elinks mail.mailutils neofetch tmate watchexec entr direnv
    act earthly dagger skaffold tilt minikube kind helmfile vault consul nomad packer gcloud aws az heroku fly
    chezmoi stow restic borg rclone syncthing pueue task-spooler hyperfine`,
} as const satisfies Partial<Record<ProgramKind, string>>;

const KINDS = new Map<string, ProgramKind>(
  Object.entries(LISTS).flatMap(([kind, names]) =>
    names
      .trim()
      .split(/\s+/)
      // The keys of LISTS are kinds by its own declaration.
      .map((name): [string, ProgramKind] => [name, kind as ProgramKind]),
  ),
);
