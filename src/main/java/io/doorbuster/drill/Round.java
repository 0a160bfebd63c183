package io.doorbuster.drill;

import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books.BookedSku;
import io.doorbuster.drill.checker.Breach;
import io.doorbuster.drill.checker.Figures;
import io.doorbuster.drill.checker.Judgement;
import io.doorbuster.drill.workload.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sale with one fault came to.
 *
 * @param seed of the whole run
 * @param unitsLost of which neither the audit nor the settled books know where they are
 * @param ordersLost shown as PLACED and not in the database
 * @param againMs from the blow to the first PLACED of an order that was asked for after it; -1
 *     where there was none
 * @param broken each broken promise, by what was found first
 */
record Round(
    String fault,
    int number,
    long seed,
    long unitsLost,
    long ordersLost,
    long againMs,
    List<String> broken) {
  Round {
    broken = List.copyOf(broken);
  }

  /**
   * @param struckMs when the blow came; 0 where it lasted for the whole sale
   */
  static Round of(Fault fault, int number, long seed, Report report, long struckMs) {
    return new Round(
        fault.id(),
        number,
        seed,
        unitsLost(report),
        Figures.of(report.evidence()).lostPlaced(),
        struckMs == 0 ? -1 : againMs(report.evidence().history().calls(), struckMs),
        report.judgements().stream()
            .map(Judgement::breaches)
            .filter(breaches -> !breaches.isEmpty())
            .map(Round::inShort)
            .toList());
  }

  private static String inShort(List<Breach> ofOnePromise) {
    int more = ofOnePromise.size() - 1;
    return ofOnePromise.getFirst() + (more == 0 ? "" : " (and " + more + " more)");
  }

  /** One that could not be brought to its end. */
  static Round stuck(Fault fault, int number, long seed, String why) {
    return new Round(fault.id(), number, seed, 0, 0, -1, List.of("stuck: " + why));
  }

  private static long unitsLost(Report report) {
    long audited = report.evidence().audit().skus().stream().mapToLong(Round::unaccounted).sum();
    long booked =
        report
            .evidence()
            .books()
            .filter(books -> books.phase().equals("SETTLED"))
            .map(books -> books.skus().stream().mapToLong(Round::unaccounted).sum())
            .orElse(0L);
    return Math.max(audited, booked);
  }

  private static long unaccounted(AuditedSku sku) {
    long known = sku.available() + sku.held() + sku.sold() + sku.returned() + sku.pending();
    return Math.abs(sku.allotted() - known);
  }

  private static long unaccounted(BookedSku sku) {
    return Math.abs(sku.allotted() - sku.sold() - sku.returned());
  }

  static long againMs(List<Call> calls, long struckMs) {
    Map<String, Long> asked = new HashMap<>();
    for (Call call : calls) {
      if (call.kind() == Call.Kind.ASK && call.order() != null) {
        asked.merge(call.order(), call.sentMs(), Math::min);
      }
    }
    return calls.stream()
            .filter(call -> "PLACED".equals(call.shown()) || "PAID".equals(call.shown()))
            .filter(call -> asked.getOrDefault("" + call.order(), 0L) >= struckMs)
            .mapToLong(Call::endedMs)
            .min()
            .orElse(struckMs - 1)
        - struckMs;
  }

  String text() {
    String again = againMs < 0 ? "" : ", selling again after %.1f s".formatted(againMs / 1_000.0);
    return broken.isEmpty() ? "all promises kept" + again : "BROKEN: " + String.join("; ", broken);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("fault", fault)
        .put("round", number)
        .put("seed", seed)
        .put("unitsLost", unitsLost)
        .put("ordersLost", ordersLost)
        .put("againMs", againMs)
        .put("broken", new JsonArray(broken));
  }

  static Round parse(JsonObject json) {
    return new Round(
        json.getString("fault", ""),
        json.getInteger("round", 0),
        json.getLong("seed", 0L),
        json.getLong("unitsLost", 0L),
        json.getLong("ordersLost", 0L),
        json.getLong("againMs", -1L),
        json.getJsonArray("broken", new JsonArray()).stream().map(String::valueOf).toList());
  }
}
