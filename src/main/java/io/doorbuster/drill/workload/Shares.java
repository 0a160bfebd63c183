package io.doorbuster.drill.workload;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** How many of the buyers behave in which way: parts of 1; the rest pays. */
public record Shares(Map<Behaviour, Double> parts) {
  public Shares {
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 1 || parts.values().stream().anyMatch(part -> part < 0)) {
      throw new IllegalArgumentException("shares are parts of 1, and add up to at most 1");
    }
    parts = Collections.unmodifiableMap(new EnumMap<>(parts));
  }

  /** Enough of each trouble that a drill of 200 units meets it, most of the buyers being honest. */
  public static Shares usual() {
    EnumMap<Behaviour, Double> parts = new EnumMap<>(Behaviour.class);
    parts.put(Behaviour.NEVER_PAYS, 0.04);
    parts.put(Behaviour.PAYS_LATE, 0.02);
    parts.put(Behaviour.CANCELS, 0.03);
    parts.put(Behaviour.ASKS_TWICE, 0.05);
    parts.put(Behaviour.COMES_EARLY, 0.03);
    parts.put(Behaviour.FORGES_PASS, 0.01);
    parts.put(Behaviour.EXPIRED_PASS, 0.01);
    parts.put(Behaviour.HAMMERS, 0.02);
    parts.put(Behaviour.DROPS_CALLBACK, 0.03);
    parts.put(Behaviour.VANISHES, 0.03);
    return new Shares(parts);
  }

  /**
   * The same without those whose payment's callback never comes: the demo's provider, who would be
   * asked for it, keeps it in the memory of the one process that took it.
   */
  public Shares withoutDroppedCallbacks() {
    EnumMap<Behaviour, Double> rest = new EnumMap<>(Behaviour.class);
    rest.putAll(parts);
    rest.remove(Behaviour.DROPS_CALLBACK);
    return new Shares(rest);
  }

  /** Everybody asks, waits and pays. */
  public static Shares honest() {
    return new Shares(new EnumMap<>(Behaviour.class));
  }

  Behaviour draw(SplittableRandom random) {
    double at = random.nextDouble();
    for (Map.Entry<Behaviour, Double> part : parts.entrySet()) {
      at -= part.getValue();
      if (at < 0) {
        return part.getKey();
      }
    }
    return Behaviour.PAYS;
  }
}
