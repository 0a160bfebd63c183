set -eu
umask 077
secret=$(cat /run/secrets/redis-password)
cat /etc/redis/redis.conf >/run/redis/redis.conf
printf 'requirepass %s\nmasterauth %s\n' "$secret" "$secret" >>/run/redis/redis.conf
exec redis-server /run/redis/redis.conf
