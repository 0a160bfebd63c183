package io.doorbuster.drill.checker;

import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Interval;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.sale.Sale;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * All that the promises are held against, when the sale is over.
 *
 * @param books empty where the database is out of reach: then half of the promises are only held
 *     against the history
 * @param published the draws as the server publishes them
 * @param idKey the key behind the salt of the published hashes, in hex: with it the checker knows
 *     every buyer in the published lists; without it only the lists themselves are checked
 * @param deliveries empty where events go nowhere that can be looked into
 * @param backendCalls that were made on an event loop, over all the server's lives
 */
public record Evidence(
    Plan plan,
    Sale sale,
    History history,
    Optional<Books> books,
    AuditAnswer audit,
    JsonObject published,
    Optional<String> idKey,
    Optional<Deliveries> deliveries,
    long backendCalls) {

  boolean during(Interval.What what, Call call) {
    return history.intervals().stream()
        .anyMatch(i -> i.what() == what && i.overlaps(call.sentMs(), call.endedMs()));
  }

  List<Interval> intervals(Interval.What what) {
    return history.intervals().stream().filter(i -> i.what() == what).toList();
  }
}
