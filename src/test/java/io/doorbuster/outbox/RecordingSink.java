package io.doorbuster.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A sink that notes its calls and answers as it is told. */
final class RecordingSink implements EventSink {
  private final List<StoredEvent> calls = new CopyOnWriteArrayList<>();
  private final List<Long> callsNs = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> openByKey = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger openMost = new AtomicInteger();
  private final AtomicInteger openOfAKeyMost = new AtomicInteger();
  private volatile Function<StoredEvent, Delivery> answer = event -> new Delivered();
  private volatile long latencyMs;

  @Override
  public Delivery deliver(StoredEvent event) {
    callsNs.add(System.nanoTime());
    calls.add(event);
    AtomicInteger ofKey = openByKey.computeIfAbsent(event.key(), key -> new AtomicInteger());
    openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
    openOfAKeyMost.accumulateAndGet(ofKey.incrementAndGet(), Math::max);
    try {
      Thread.sleep(latencyMs);
      return answer.apply(event);
    } catch (InterruptedException e) {
      return new Failed("stopped");
    } finally {
      ofKey.decrementAndGet();
      open.decrementAndGet();
    }
  }

  RecordingSink answering(Function<StoredEvent, Delivery> how) {
    answer = how;
    return this;
  }

  RecordingSink slow(long ms) {
    latencyMs = ms;
    return this;
  }

  List<String> ids() {
    return calls.stream().map(StoredEvent::id).toList();
  }

  List<String> idsOf(String key) {
    return calls.stream().filter(e -> e.key().equals(key)).map(StoredEvent::id).toList();
  }

  List<Long> callsNs() {
    return new ArrayList<>(callsNs);
  }

  int openMost() {
    return openMost.get();
  }

  int openOfAKeyMost() {
    return openOfAKeyMost.get();
  }
}
