package io.doorbuster.drill.checker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the server's own audit says of the sale. */
public record AuditAnswer(boolean ok, List<String> findings, List<AuditedSku> skus) {
  /** The sum of promise 4; {@code pending} are units of intents that are not yet applied. */
  public record AuditedSku(
      String sku,
      long allotted,
      long available,
      long held,
      long sold,
      long returned,
      long pending) {
    boolean addsUp() {
      return available + held + sold + returned + pending == allotted;
    }

    /** For the report: the sum as a person writes it. */
    public String sum() {
      return "%d available + %d held + %d sold + %d returned%s = %d of %d allotted"
          .formatted(
              available,
              held,
              sold,
              returned,
              pending == 0 ? "" : " + " + pending + " pending",
              available + held + sold + returned + pending,
              allotted);
    }
  }

  public static AuditAnswer parse(JsonObject json) {
    List<String> findings = new ArrayList<>();
    json.getJsonArray("findings", new JsonArray()).forEach(f -> findings.add(String.valueOf(f)));
    List<AuditedSku> skus = new ArrayList<>();
    JsonArray array = json.getJsonArray("skus", new JsonArray());
    for (int i = 0; i < array.size(); i++) {
      JsonObject sku = array.getJsonObject(i);
      skus.add(
          new AuditedSku(
              sku.getString("sku", "?"),
              sku.getLong("allotted", 0L),
              sku.getLong("available", 0L),
              sku.getLong("held", 0L),
              sku.getLong("sold", 0L),
              sku.getLong("returned", 0L),
              sku.getLong("pending", 0L)));
    }
    return new AuditAnswer(json.getBoolean("ok", false), findings, skus);
  }
}
