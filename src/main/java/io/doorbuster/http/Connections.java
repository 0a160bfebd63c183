package io.doorbuster.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one event loop, and which of them wait too long to ask; on that loop alone.
 */
final class Connections {
  /** One connection: what it is owed, and until when it has to ask when it is owed nothing. */
  private static final class Peer {
    int unanswered;
    long deadlineNs;

    void mayWait(Duration patience) {
      deadlineNs = System.nanoTime() + patience.toNanos();
    }

    boolean isTooSlow(long nowNs) {
      return unanswered == 0 && nowNs - deadlineNs > 0;
    }
  }

  private final Patience patience;
  private final AtomicInteger total;
  private final int most;
  private final Map<HttpConnection, Peer> peers = new HashMap<>();

  /**
   * Counts along with the other loops.
   *
   * @param total connections of all loops
   * @param most of them; further ones are closed at once
   */
  Connections(Patience patience, AtomicInteger total, int most) {
    this.patience = patience;
    this.total = total;
    this.most = most;
  }

  void accept(HttpConnection connection) {
    int open = total.incrementAndGet();
    Peer peer = new Peer();
    peer.mayWait(patience.firstRequest());
    peers.put(connection, peer);
    connection.closeHandler(
        closed -> {
          total.decrementAndGet();
          peers.remove(connection);
        });
    if (open > most) {
      connection.close();
    }
  }

  void asked(HttpServerRequest request) {
    Peer peer = peers.get(request.connection());
    if (peer == null) {
      return;
    }
    peer.unanswered++;
    request
        .response()
        .endHandler(
            end -> {
              peer.unanswered--;
              peer.mayWait(patience.nextRequest());
            });
  }

  void closeSlow() {
    long now = System.nanoTime();
    List<HttpConnection> slow = new ArrayList<>();
    peers.forEach(
        (connection, peer) -> {
          if (peer.isTooSlow(now)) {
            slow.add(connection);
          }
        });
    slow.forEach(HttpConnection::close);
  }
}
