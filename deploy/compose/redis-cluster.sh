# Makes the cluster, once.
set -eu
REDISCLI_AUTH=$(cat /run/secrets/redis-password)
export REDISCLI_AUTH
if ! redis-cli -h redis-1 cluster info | grep -q 'cluster_slots_assigned:16384'; then
  redis-cli --cluster create 172.31.17.11:6379 172.31.17.12:6379 172.31.17.13:6379 \
    172.31.17.14:6379 172.31.17.15:6379 172.31.17.16:6379 --cluster-replicas 1 --cluster-yes
fi
until redis-cli -h redis-1 cluster info | grep -q 'cluster_state:ok'; do sleep 1; done
