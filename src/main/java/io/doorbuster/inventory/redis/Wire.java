package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What the scripts are told and what they tell, as text. */
final class Wire {
  private Wire() {}

  static List<Object> control(SaleControl control) {
    return List.of(
        control.opensAt().toEpochMilli(),
        control.closesAt().toEpochMilli(),
        control.state(),
        control.revision());
  }

  static SaleControl control(List<?> answer) {
    return new SaleControl(
        instant(answer.get(0).toString()),
        instant(answer.get(1).toString()),
        SaleControl.State.valueOf(answer.get(2).toString()),
        Long.parseLong(answer.get(3).toString()));
  }

  private static Instant instant(String ms) {
    return Instant.ofEpochMilli(Long.parseLong(ms));
  }

  private static OrderId order(String text) {
    return OrderId.parse(text)
        .orElseThrow(() -> new IllegalStateException("Redis names no order: " + text));
  }

  /** What an order has to know and the script does not: its wave, when, and the shop's word. */
  static String rest(Claim claim) {
    return claim.wave()
        + "\n"
        + claim.admittedAt().toEpochMilli()
        + "\n"
        + (claim.shopRef() == null ? "" : "=" + claim.shopRef());
  }

  static ReserveResult result(String answer) {
    String[] words = answer.split(" ", -1);
    return switch (words[0]) {
      case "RESERVED" -> new ReserveResult.Reserved(instant(words[1]));
      case "ALREADY_ORDERED" ->
          new ReserveResult.AlreadyOrdered(order(words[1]), instant(words[2]));
      case "ORDERED_RECENTLY" ->
          new ReserveResult.OrderedRecently(order(words[1]), instant(words[2]));
      case "DRY" -> new ReserveResult.SoldOut(Integer.parseInt(words[1]));
      case "FULL" -> new ReserveResult.Overloaded();
      case "NOT_OPEN" -> new ReserveResult.NotOpen();
      case "CLOSED" -> new ReserveResult.Closed();
      case "PAUSED" -> new ReserveResult.Paused();
      default -> throw new IllegalStateException("Redis answers " + answer);
    };
  }

  /** The orders of one entry of the queue: each its id, then its fields by line. */
  static List<QueuedOrder> orders(List<?> fields, String sale, int shard, long epoch) {
    List<QueuedOrder> orders = new ArrayList<>(fields.size() / 2);
    pairs(
        fields,
        (id, text) -> {
          String[] line = text.split("\n", 7);
          Claim claim =
              new Claim(
                  order(id),
                  sale,
                  line[2],
                  new BuyerId(line[1]),
                  Integer.parseInt(line[3]),
                  Long.parseLong(line[4]),
                  instant(line[5]),
                  line[6].isEmpty() ? null : line[6].substring(1));
          orders.add(new QueuedOrder(claim, shard, epoch, instant(line[0])));
        });
    return orders;
  }

  /** Calls back with each two that belong together. */
  static void pairs(List<?> flat, BiConsumer<String, String> each) {
    for (int i = 0; i < flat.size(); i += 2) {
      each.accept(flat.get(i).toString(), flat.get(i + 1).toString());
    }
  }

  static Map<String, Integer> units(Object flat) {
    Map<String, Integer> units = new HashMap<>();
    pairs((List<?>) flat, (sku, free) -> units.put(sku, Integer.valueOf(free)));
    return Map.copyOf(units);
  }

  static List<RedisShard.Transfer> transfers(List<?> flat) {
    List<RedisShard.Transfer> transfers = new ArrayList<>();
    pairs(
        flat,
        (id, text) -> {
          String[] words = text.split(" ", -1);
          transfers.add(
              new RedisShard.Transfer(
                  id, words[0], words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3])));
        });
    return transfers;
  }
}
