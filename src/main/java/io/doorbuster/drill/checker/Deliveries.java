package io.doorbuster.drill.checker;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A sale's events as they were written with its orders, and as they arrived at their sink.
 *
 * @param booked in the order in which they were written
 * @param arrived ids of the same sale, those of a key in the order in which they arrived; an id may
 *     come again
 */
public record Deliveries(List<BookedEvent> booked, List<String> arrived) {
  /** An event of the outbox; those of one key must arrive in their order. */
  public record BookedEvent(String id, String key) {}

  public Deliveries {
    booked = List.copyOf(booked);
    arrived = List.copyOf(arrived);
  }

  /**
   * Keeps those of the sale.
   *
   * @param bodies all CloudEvents of the sink, those of other sales too
   */
  public static Deliveries of(String sale, List<BookedEvent> booked, List<String> bodies) {
    String source = "/doorbuster/sales/" + sale;
    List<String> arrived = new ArrayList<>();
    for (String body : bodies) {
      JsonObject event = new JsonObject(body);
      if (source.equals(event.getString("source"))) {
        arrived.add(event.getString("id", ""));
      }
    }
    return new Deliveries(booked, arrived);
  }

  /** Written, and never arrived. */
  public List<String> missing() {
    Set<String> there = new HashSet<>(arrived);
    return booked.stream().map(BookedEvent::id).filter(id -> !there.contains(id)).toList();
  }

  /** Arrived, and never written: told to the shop without a commit. */
  List<String> unbooked() {
    Set<String> known = booked.stream().map(BookedEvent::id).collect(Collectors.toSet());
    return arrived.stream().filter(id -> !known.contains(id)).distinct().toList();
  }

  /** Those that first came after a later one of their key. */
  List<String> outOfOrder() {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < arrived.size(); i++) {
      first.putIfAbsent(arrived.get(i), i);
    }
    Map<String, Integer> latestOfKey = new HashMap<>();
    List<String> late = new ArrayList<>();
    for (BookedEvent event : booked) {
      Integer at = first.get(event.id());
      if (at != null && at < latestOfKey.getOrDefault(event.key(), -1)) {
        late.add(event.id());
      } else if (at != null) {
        latestOfKey.put(event.key(), at);
      }
    }
    return late;
  }

  /** Arrivals beyond each event's first. */
  public long repeated() {
    return arrived.size() - arrived.stream().distinct().count();
  }
}
