package shop;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The shop's regular stock, of which a sale takes its allotment at publish, and to which leftovers
 * return.
 *
 * <p>Doorbuster repeats a call until it has an answer, so each is known by its key: the move and
 * its key are one transaction, and a known key moves nothing.
 */
public final class RegularStock {
  private final ShopDatabase database;

  RegularStock(ShopDatabase database, Map<String, Long> firstUnits) {
    this.database = database;
    firstUnits.forEach(
        (sku, units) -> database.update("insert or ignore into stock values (?, ?)", sku, units));
  }

  /** {@code POST /stock/take} and {@code /stock/give}; the signature has been verified. */
  void move(HttpExchange call, byte[] body) throws IOException {
    boolean take = call.getRequestURI().getPath().endsWith("/take");
    String key;
    String sku;
    int quantity;
    try {
      JsonObject move = new JsonObject(new String(body, StandardCharsets.UTF_8));
      key = move.getString("key");
      sku = move.getString("sku");
      quantity = move.getInteger("quantity");
    } catch (RuntimeException e) {
      Web.problem(call, 400, "wants {key, sale, sku, quantity}");
      return;
    }
    if (key == null || sku == null || quantity < 1) {
      Web.problem(call, 400, "wants a key, a sku and a quantity of 1 or more");
    } else if (take ? take(key, sku, quantity) : give(key, sku, quantity)) {
      Web.json(call, 200, new JsonObject().put("ok", true));
    } else {
      Web.json(call, 409, new JsonObject().put("left", units(sku)));
    }
  }

  /** Takes the units for a sale; false when there are not enough, and then none is taken. */
  public boolean take(String key, String sku, int quantity) {
    return database.transaction(
        () -> {
          if (known("take", key)) {
            return true;
          }
          int taken =
              database.update(
                  "update stock set units = units - ? where sku = ? and units >= ?",
                  quantity,
                  sku,
                  quantity);
          return taken == 1 && remember("take", key, sku, quantity);
        });
  }

  /** Puts units back; always true. */
  public boolean give(String key, String sku, int quantity) {
    return database.transaction(
        () -> {
          if (!known("give", key)) {
            database.update(
                """
                insert into stock values (?, ?)
                on conflict (sku) do update set units = units + excluded.units""",
                sku,
                quantity);
            remember("give", key, sku, quantity);
          }
          return true;
        });
  }

  public long units(String sku) {
    return database.number("select units from stock where sku = ?", sku);
  }

  private boolean known(String verb, String key) {
    return database.number("select count(*) from stock_move where verb = ? and key = ?", verb, key)
        > 0;
  }

  private boolean remember(String verb, String key, String sku, int quantity) {
    database.update("insert into stock_move values (?, ?, ?, ?)", verb, key, sku, quantity);
    return true;
  }
}
