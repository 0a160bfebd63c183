package io.doorbuster.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bodies that one event loop is reading, the oldest first, and which of them take too long; on
 * that loop alone. One look now and then costs less than a timer a body.
 */
final class SlowBodies {
  private final long patienceNs;
  private final Set<BodyReader> underWay = new LinkedHashSet<>();

  /** Those with a patience of their own, which are few: until when. */
  private final Map<BodyReader, Long> patient = new HashMap<>();

  SlowBodies(Duration patience) {
    this.patienceNs = patience.toNanos();
  }

  void add(BodyReader reader) {
    underWay.add(reader);
  }

  void add(BodyReader reader, Duration patience) {
    patient.put(reader, reader.startNs() + patience.toNanos());
  }

  void remove(BodyReader reader) {
    underWay.remove(reader);
    patient.remove(reader);
  }

  void cutOff() {
    long now = System.nanoTime();
    cutOffThePatient(now);
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

  private void cutOffThePatient(long now) {
    for (BodyReader reader : List.copyOf(patient.keySet())) {
      Long until = patient.get(reader);
      if (until != null && now - until >= 0) {
        patient.remove(reader);
        reader.cutOff();
      }
    }
  }
}
