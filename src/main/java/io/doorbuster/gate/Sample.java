package io.doorbuster.gate;

import io.doorbuster.sale.OrderId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The k entries of the smallest priority among all that entered one SKU's wave (a bottom-k sample),
 * and a list of all for publication: 20 bytes each, up to a bound. Its owner's lock guards it.
 */
final class Sample {
  /** Past it the wave is marked incomplete; bounds the memory of a wave to 20 MB a SKU. */
  private static final int PUBLISHED_MAX = 1_000_000;

  private static final Comparator<Entry> RANK =
      Comparator.<Entry, Long>comparing(Entry::priority, Long::compareUnsigned)
          .thenComparing(Entry::buyerHash);

  /** What the draw gave; {@code cutOff} is the last admitted priority. */
  record Result(List<Entry> drawn, List<Entry> notDrawn, @Nullable String cutOff) {}

  private int k;
  private int units;
  private final PriorityQueue<Entry> best = new PriorityQueue<>(RANK.reversed());
  private final ByteArrayOutputStream published = new ByteArrayOutputStream();
  private int entered;

  Sample(int k, int units) {
    this.k = k;
    this.units = units;
  }

  /** Fixes k and units that were not known at the start; returns those who are pushed out. */
  List<Entry> bound(int places, int budget) {
    k = places;
    units = budget;
    List<Entry> pushedOut = new ArrayList<>();
    while (best.size() > k) {
      pushedOut.add(best.remove());
    }
    return pushedOut;
  }

  void count(BuyerHash hash, int quantity) {
    entered++;
    if (entered <= PUBLISHED_MAX) {
      published.writeBytes(FairWaves.encode(hash, quantity));
    }
  }

  /** Whether a buyer of this priority is among the k smallest so far. */
  boolean takes(long priority, BuyerHash hash) {
    if (best.size() < k) {
      return true;
    }
    Entry worst = best.peek();
    if (worst == null) {
      return false;
    }
    int byPriority = Long.compareUnsigned(priority, worst.priority());
    return byPriority < 0 || (byPriority == 0 && hash.compareTo(worst.buyerHash()) < 0);
  }

  /** Adds an entry that the sample takes; returns the one that it pushes out. */
  @Nullable Entry add(Entry entry) {
    best.add(entry);
    return best.size() > k ? best.poll() : null;
  }

  /**
   * Admits in the order of priority, each with its quantity, all or nothing, while units last.
   *
   * @param held false where the draw is called off: nobody is drawn
   */
  Result draw(boolean held) {
    List<Entry> ranked = new ArrayList<>(best);
    ranked.sort(RANK);
    List<Entry> drawn = new ArrayList<>();
    List<Entry> notDrawn = new ArrayList<>();
    int left = held ? units : 0;
    for (Entry entry : ranked) {
      if (entry.permit().quantity() <= left) {
        left -= entry.permit().quantity();
        drawn.add(entry);
      } else {
        notDrawn.add(entry);
      }
    }
    String cutOff = drawn.isEmpty() ? null : HexFormat.of().toHexDigits(drawn.getLast().priority());
    return new Result(drawn, notDrawn, cutOff);
  }

  /** What a draw elsewhere gave: who of those here won, in the order of priority. */
  Result split(Set<OrderId> won, @Nullable String cutOff) {
    List<Entry> ranked = new ArrayList<>(best);
    ranked.sort(RANK);
    List<Entry> drawn = new ArrayList<>();
    List<Entry> notDrawn = new ArrayList<>();
    for (Entry entry : ranked) {
      (won.contains(entry.permit().order()) ? drawn : notDrawn).add(entry);
    }
    return new Result(drawn, notDrawn, cutOff);
  }

  /** Those kept at present, in no order. */
  List<Entry> entries() {
    return List.copyOf(best);
  }

  int k() {
    return k;
  }

  int units() {
    return units;
  }

  int entered() {
    return entered;
  }

  boolean isComplete() {
    return entered <= PUBLISHED_MAX;
  }

  byte[] enteredBytes() {
    return published.toByteArray();
  }
}
