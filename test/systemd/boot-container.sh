#!/bin/sh
# Boots a systemd in a container, over an overlay that vanishes with the last process.
# Run under `unshare --mount`: nothing of the mounts below is seen, or left behind, outside.
# Arguments: WORK_DIRECTORY CGROUP NETWORK_NAMESPACE_PATH ('' = private, loopback only) ROOT CLONE
# ROOT is a Debian; of another than this machine's own, CLONE (read-only) is what tests run programs from.
set -eu
work=$1 cgroup=$2 network=$3 base=$4 clone=$5

mkdir -p "$cgroup"
echo $$ >"$cgroup/cgroup.procs"

mount -t tmpfs -o mode=755,size=3g tmpfs "$work"
mkdir "$work/upper" "$work/scratch" "$work/root"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/scratch" "$work/root"
root=$work/root

: >"$root/etc/machine-id"
echo "${work##*/}" >"$root/etc/hostname"
mkdir -p "$root/var/log/journal"
rm -rf "$root/var/log/journal/"*
# What this machine happens to run is of no interest in there, and slows the boot.
for unit in apt-daily.timer apt-daily-upgrade.timer man-db.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service \
  dpkg-db-backup.timer avahi-daemon.service avahi-daemon.socket postgresql.service systemd-timesyncd.service \
  console-getty.service getty@tty1.service systemd-networkd.service systemd-resolved.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

if [ "$base" = / ]; then clone=; else clone=--bind-ro=$clone; fi
if [ -n "$network" ]; then network=--network-namespace-path=$network; else network=--private-network; fi

# With --keep-unit a reboot inside ends nspawn with 133 (systemd-nspawn, EXIT_FORCE_RESTART).
while :; do
  status=0
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setpriv --pdeathsig KILL systemd-nspawn --quiet --directory="$root" --boot \
    --register=no --keep-unit "$network" --link-journal=no --console=pipe ${clone:+"$clone"} || status=$?
  [ "$status" = 133 ] || exit "$status"
done
