set -eu
cd /opt/kafka/bin
./kafka-storage.sh format --ignore-formatted \
  -t 4L6g3nShT-eMCtK--X86sw -c /etc/kafka-settings/server.properties
exec ./kafka-server-start.sh /etc/kafka-settings/server.properties
