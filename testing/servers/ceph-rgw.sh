#!/bin/bash
# A real S3 server for tests, on loopback only: Ceph's gateway over one monitor and one store in memory.
#   ceph-rgw.sh start <dir> <port>    data, logs and pids in <dir>; S3 on <port>, the monitor on <port>+1
#   ceph-rgw.sh stop <dir>            ends what was started and removes <dir>
# The account is S3TEST / S3TESTSECRET; buckets answer at 127.0.0.1:<port>/<bucket> and <bucket>.s3.localhost:<port>.
# Debian: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common
set -euo pipefail

usage() { sed -n '2,4s/^# *//p' "$0" >&2; exit 2; }

# Ends one daemon, by force after three seconds. A pid file may be stale: the process must be one of ours.
end() {
  local pid
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  grep -qaF "$conf" "/proc/$pid/cmdline" 2>/dev/null || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 30); do [ -e "/proc/$pid" ] || return 0; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null || true
}

stop() {
  [ -e "$dir" ] || return 0
  [ -e "$conf" ] || { echo "$dir is not ours" >&2; exit 1; }
  # The gateway needs the store to end well, the store the monitor.
  for name in client.rgw osd.0 mon.a; do end "$dir/run/$name.pid"; done
  rm -rf "$dir"
}

# The store must not update the map at its start: it may ask before it knows the cluster, which then refuses it.
# Protocol v1 between the daemons: with v2 and no authentication the gateway never gets an answer (Ceph 16).
write_conf() {
  cat > "$conf" <<CONF
[global]
fsid = $fsid
mon_host = [v1:127.0.0.1:$((port + 1))]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_allow_insecure_global_id_reclaim = true
mon_data = $dir/mon
mon_data_avail_warn = 1
mon_data_avail_crit = 1
mon_allow_pool_size_one = true
mgr_initial_modules =
osd_data = $dir/osd
osd_objectstore = memstore
osd_class_update_on_start = false
osd_crush_update_on_start = false
memstore_device_bytes = 1073741824
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
run_dir = $dir/run
log_file = $dir/log/\$name.log
pid_file = $dir/run/\$name.pid
admin_socket = $dir/run/\$name.asok
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_dns_name = s3.localhost
rgw_enable_apis = s3, pubsub
rgw_enable_usage_log = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
CONF
}

start() {
  [ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || stop
  mkdir -p "$dir"/{mon,osd,log,run}
  local fsid osd
  fsid=$(cat /proc/sys/kernel/random/uuid)
  osd=$(cat /proc/sys/kernel/random/uuid)
  write_conf
  exec 3>&1 4>&2 >"$dir/log/start.log" 2>&1
  trap failed EXIT
  monmaptool --create --fsid "$fsid" --addv a "[v1:127.0.0.1:$((port + 1))]" "$dir/monmap"
  ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/monmap"
  timeout 30 ceph-mon -c "$conf" -i a 3>&- 4>&-
  timeout 30 ceph -c "$conf" osd new "$osd"
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd"
  timeout 30 ceph -c "$conf" osd crush add osd.0 1.0 root=default host=localhost
  timeout 30 ceph-osd -c "$conf" -i 0 3>&- 4>&-
  timeout 60 radosgw-admin -c "$conf" -n client.rgw user create --uid=tester --display-name=tester \
    --access-key=S3TEST --secret-key=S3TESTSECRET
  timeout 60 radosgw -c "$conf" -n client.rgw 3>&- 4>&-
  for _ in $(seq 300); do
    if (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      trap - EXIT
      echo "up on 127.0.0.1:$port" >&3
      return 0
    fi
    sleep 0.1
  done
  echo 'no answer' >&2
  return 1
}

failed() {
  tail -n 20 "$dir/log/start.log" >&4 || true
  stop
  exit 1
}

[ $# -ge 2 ] || usage
mkdir -p "$(dirname "$2")"
dir=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
conf=$dir/ceph.conf
export CEPH_CONF=$conf
case $1 in
  start)
    [ $# -eq 3 ] || usage
    port=$3
    start
    ;;
  stop) stop ;;
  *) usage ;;
esac
