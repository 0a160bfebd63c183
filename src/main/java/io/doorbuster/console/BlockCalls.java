package io.doorbuster.console;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.BlockWatch;
import io.doorbuster.http.Router;
import io.doorbuster.sale.BlockTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may not take part: kept in the store, and in force at the gate at once. */
final class BlockCalls {
  private static final int REASON_MAX = 200;

  private final BlockTable table;
  private final BlockWatch inForce;
  private final Door door;

  BlockCalls(BlockTable table, BlockWatch inForce, Door door) {
    this.table = table;
    this.inForce = inForce;
    this.door = door;
  }

  void routes(Router router) {
    router
        .get("/admin/api/blocks", door.read(ask -> list()))
        .post("/admin/api/blocks", door.change("block", ask -> null, this::add))
        .on("DELETE", "/admin/api/blocks", door.body(this::remove));
  }

  private Answer list() {
    List<BlockTable.Row> rows = table.list();
    JsonArray blocks = new JsonArray();
    for (BlockTable.Row row : rows) {
      blocks.add(
          new JsonObject()
              .put("kind", row.kind())
              .put("value", row.value())
              .put("reason", row.reason()));
    }
    return Answer.ok(new JsonObject().put("blocks", blocks));
  }

  private Answer add(Ask ask) {
    String reason = ask.string("reason");
    if (reason.length() > REASON_MAX) {
      throw Declined.invalid("`reason` has at most " + REASON_MAX + " characters.");
    }
    BlockTable.Row row = new BlockTable.Row(kind(ask.string("kind")), ask.string("value"), reason);
    Optional<String> wrong = BlockList.check(BlockWatch.block(row));
    if (wrong.isPresent()) {
      throw Declined.invalid("`value`: " + wrong.get() + ".");
    }
    table.put(row);
    inForce.refresh();
    return list();
  }

  /** By the query, since a body of a DELETE may be dropped on its way. */
  private Answer remove(Ask ask) {
    String kind = kind(ask.query("kind"));
    String value = ask.query("value");
    if (value == null) {
      throw Declined.invalid("Send ?kind=...&value=... of the block.");
    }
    return door.logged(
        "unblock",
        null,
        kind + " " + value,
        () -> {
          if (!table.remove(kind, value)) {
            throw Declined.notFound("block", "`block list` names all.");
          }
          inForce.refresh();
          return list();
        });
  }

  private static String kind(@Nullable String text) {
    if (text == null || !text.matches("buyer|address|cidr")) {
      throw Declined.invalid("`kind` is buyer, address or cidr.");
    }
    return text;
  }
}
