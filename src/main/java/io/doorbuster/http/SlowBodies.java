package io.doorbuster.http;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The bodies that one event loop is reading, the oldest first, and which of them take too long; on
 * that loop alone. One look now and then costs less than a timer a body.
 */
final class SlowBodies {
  private final long patienceNs;
  private final Set<BodyReader> underWay = new LinkedHashSet<>();

  SlowBodies(Duration patience) {
    this.patienceNs = patience.toNanos();
  }

  void add(BodyReader reader) {
    underWay.add(reader);
  }

  void remove(BodyReader reader) {
    underWay.remove(reader);
  }

  void cutOff() {
    long now = System.nanoTime();
    Iterator<BodyReader> oldest = underWay.iterator();
    while (oldest.hasNext()) {
      BodyReader reader = oldest.next();
      if (now - reader.startNs() < patienceNs) {
        return;
      }
      oldest.remove();
      reader.cutOff();
    }
  }
}
