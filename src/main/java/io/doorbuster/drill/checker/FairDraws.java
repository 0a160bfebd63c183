package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.checker.Books.BookedWave;
import io.doorbuster.drill.checker.PublishedRule.Entered;
import io.doorbuster.drill.workload.Behaviour;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.sale.Pick;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Promise 9: the seed and the entries re-compute every verdict; a buyer enters a wave once; those
 * who hammer win no more often than their entries are worth (a binomial test).
 */
final class FairDraws implements Promise {
  /** One fair drill in ten thousand fails by chance. */
  private static final double SIGNIFICANCE = 1e-4;

  /** Where whose hashes are published can not be known. */
  private static final String NO_KEY = "00";

  /**
   * What a wave's recomputation gave: hashes of who entered, and of who won.
   *
   * @param whole whether all lists are there; if not, who won can not be told from them
   */
  private record Drawn(Set<String> entered, Set<String> winners, boolean whole) {
    boolean hasNotWon(String buyer) {
      return whole && !winners.contains(buyer);
    }
  }

  /** What those who hammer won, and what their entries are worth. */
  private record Hammering(int wins, int ofHammering, double expected) {}

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String sentence() {
    return "a bot has no edge";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    if (evidence.sale().release().pick() != Pick.FAIR) {
      return;
    }
    PublishedDraws published = PublishedDraws.parse(evidence.published());
    evidence.books().ifPresent(books -> published.check(books, breach));
    String key = evidence.idKey().orElse(NO_KEY);
    PublishedRule rule = new PublishedRule(evidence.sale().id(), published.seed(), key);
    Map<String, Drawn> draws = draws(rule, published, breach);
    if (evidence.idKey().isEmpty()) {
      return;
    }
    List<BookedOrder> orders = evidence.books().map(Books::orders).orElse(List.of());
    for (BookedOrder order : orders) {
      Drawn drawn = draws.get(key(order.sku(), order.wave()));
      if (drawn == null || drawn.hasNotWon(rule.buyerHash(order.buyer()))) {
        breach.accept("%s of wave %d is none of its winners".formatted(order.id(), order.wave()));
      }
    }
    checkNotDrawn(evidence, rule, draws, breach);
    checkHammering(evidence, rule, draws, breach);
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    if (evidence.sale().release().pick() != Pick.FAIR) {
      return Optional.empty();
    }
    PublishedDraws published = PublishedDraws.parse(evidence.published());
    String key = evidence.idKey().orElse(NO_KEY);
    PublishedRule rule = new PublishedRule(evidence.sale().id(), published.seed(), key);
    Map<String, Drawn> draws = draws(rule, published, breach -> {});
    int entries = draws.values().stream().mapToInt(drawn -> drawn.entered.size()).sum();
    long parts = draws.values().stream().filter(drawn -> !drawn.whole).count();
    String recomputed =
        "waves recomputed: %,d, of %,d entries%s"
            .formatted(
                draws.size(), entries, parts == 0 ? "" : " (%,d not whole)".formatted(parts));
    if (evidence.idKey().isEmpty()) {
      return Optional.of(recomputed);
    }
    Hammering hammering = hammering(evidence, rule, draws);
    return Optional.of(
        "%s; those who hammer won %,d of %,d, where %.1f is their share"
            .formatted(recomputed, hammering.ofHammering, hammering.wins, hammering.expected));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    if (evidence.sale().release().pick() != Pick.FAIR) {
      return Optional.of("The first to ask win: there is no draw to recompute.");
    }
    return evidence.idKey().isEmpty()
        ? Optional.of("Not checked, since the key of the hashes is out of reach: whose they are.")
        : Promise.withoutBooks(evidence, "whether its orders are the winners'");
  }

  private static Map<String, Drawn> draws(
      PublishedRule rule, PublishedDraws published, Consumer<String> breach) {
    Map<String, Drawn> draws = new HashMap<>();
    for (BookedWave wave : published.waves()) {
      draws.put(key(wave.sku(), wave.number()), recompute(rule, wave, breach));
    }
    return draws;
  }

  private static String key(String sku, long wave) {
    return sku + "/" + wave;
  }

  private static Drawn recompute(PublishedRule rule, BookedWave wave, Consumer<String> breach) {
    List<Entered> ranked = rule.ranked(wave);
    List<Entered> winners = PublishedRule.winners(wave, ranked);
    Set<String> entered = new HashSet<>();
    for (Entered entry : ranked) {
      if (!entered.add(entry.buyerHash())) {
        breach.accept("a buyer entered wave " + wave.number() + " twice");
      }
    }
    if (wave.complete() && winners.size() != wave.admitted()) {
      breach.accept(
          "wave %d says that it admitted %d; its entries give %d"
              .formatted(wave.number(), wave.admitted(), winners.size()));
    }
    String cutOff = winners.isEmpty() ? null : "%016x".formatted(winners.getLast().priority());
    if (wave.complete() && cutOff != null && !cutOff.equals(wave.cutOff())) {
      breach.accept(
          "wave %d: its cut-off is %s by its entries, %s by its word"
              .formatted(wave.number(), cutOff, wave.cutOff()));
    }
    Set<String> won = new HashSet<>();
    winners.forEach(winner -> won.add(winner.buyerHash()));
    return new Drawn(entered, won, wave.complete());
  }

  /** Who was told NOT_DRAWN, without a further reason, is no winner of the wave of his entry. */
  private static void checkNotDrawn(
      Evidence evidence, PublishedRule rule, Map<String, Drawn> draws, Consumer<String> breach) {
    if (evidence.sale().skus().size() > 1) {
      return;
    }
    String sku = evidence.sale().skus().getFirst().id();
    long opensMs = evidence.sale().opensAt().toEpochMilli();
    long everyMs = evidence.sale().release().every().toMillis();
    Map<String, Long> waves = new HashMap<>();
    for (Call call : evidence.history().calls()) {
      if ("WAITING".equals(call.shown()) && call.order() != null && call.atMs() >= 0) {
        waves.put(call.order(), (call.atMs() - opensMs) / everyMs - 1);
      }
    }
    for (Call call : evidence.history().calls()) {
      Long wave = "NOT_DRAWN".equals(call.shown()) ? waves.get("" + call.order()) : null;
      Drawn drawn = wave == null ? null : draws.get(key(sku, wave));
      String buyer = rule.buyerHash(evidence.plan().buyer(call.buyer()));
      boolean won = drawn != null && drawn.whole && drawn.winners.contains(buyer);
      if (won && call.reason() == null) {
        breach.accept("buyer %d won wave %d and was told NOT_DRAWN".formatted(call.buyer(), wave));
      }
    }
  }

  private static void checkHammering(
      Evidence evidence, PublishedRule rule, Map<String, Drawn> draws, Consumer<String> breach) {
    Hammering found = hammering(evidence, rule, draws);
    int wins = found.wins;
    if (wins > 0 && tail(wins, found.expected / wins, found.ofHammering) < SIGNIFICANCE) {
      breach.accept(
          "those who hammer won %d of %d, where %.1f is their share"
              .formatted(found.ofHammering, wins, found.expected));
    }
  }

  private static Hammering hammering(
      Evidence evidence, PublishedRule rule, Map<String, Drawn> draws) {
    Set<String> hammering = new HashSet<>();
    for (int buyer = 0; buyer < evidence.plan().buyers(); buyer++) {
      if (evidence.plan().behaviour(buyer) == Behaviour.HAMMERS) {
        hammering.add(rule.buyerHash(evidence.plan().buyer(buyer)));
      }
    }
    double expected = 0;
    int wins = 0;
    int ofHammering = 0;
    for (Drawn drawn : draws.values()) {
      if (!drawn.entered.isEmpty()) {
        double share = (double) count(drawn.entered, hammering) / drawn.entered.size();
        expected += share * drawn.winners.size();
        wins += drawn.winners.size();
        ofHammering += count(drawn.winners, hammering);
      }
    }
    return new Hammering(wins, ofHammering, expected);
  }

  private static int count(Set<String> all, Set<String> some) {
    return (int) all.stream().filter(some::contains).count();
  }

  /** The chance of at least so many hits in n tries of chance p each. */
  static double tail(int n, double p, int hits) {
    if (p <= 0 || p >= 1) {
      return hits <= n * p ? 1 : 0;
    }
    double logTerm = n * Math.log1p(-p);
    double below = 0;
    for (int i = 0; i < hits; i++) {
      below += Math.exp(logTerm);
      logTerm += Math.log((double) (n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
    }
    return Math.max(0, 1 - below);
  }
}
