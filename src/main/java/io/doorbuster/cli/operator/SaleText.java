package io.doorbuster.cli.operator;

import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Finding;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sales as text. */
final class SaleText {
  private SaleText() {}

  static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  static void list(JsonObject answer, PrintWriter out) {
    TextTable table =
        new TextTable(
            "sale",
            "phase",
            "opens",
            "closes",
            "units",
            "available",
            "held",
            "sold",
            "paid",
            "pending",
            "returned");
    for (JsonObject sale : objects(answer.getJsonArray("sales"))) {
      table.row(
          sale.getString("sale") + (sale.getBoolean("test") ? " (test)" : ""),
          sale.getString("phase"),
          sale.getString("opensAt"),
          sale.getString("closesAt"),
          sale.getInteger("units"),
          sale.getInteger("available"),
          sale.getInteger("held"),
          sale.getInteger("sold"),
          sale.getInteger("paid"),
          sale.getInteger("pending"),
          sale.getInteger("returned"));
    }
    table.print(out);
  }

  static void findings(PrintWriter to, Path file, String prefix, @Nullable JsonArray findings) {
    if (findings != null) {
      for (JsonObject finding : objects(findings)) {
        String message = prefix + finding.getString("message");
        to.println(
            new Finding(
                file.toString(), finding.getInteger("line"), finding.getString("key"), message));
      }
    }
  }

  /** What the published page weighs. */
  static void page(JsonObject page, PrintWriter out) {
    TextTable table = new TextTable("file", "bytes", "gzip", "brotli");
    int files = 0;
    for (JsonObject file : objects(page.getJsonArray("files"))) {
      files += file.getBoolean("firstView") ? 1 : 0;
      table.row(
          file.getString("path"),
          file.getInteger("bytes"),
          form(file, "gzip"),
          form(file, "brotli"));
    }
    table.print(out);
    out.println(
        "first view: %,d bytes compressed, in %s"
            .formatted(page.getInteger("firstView"), Words.count(files, "file")));
    if (page.getInteger("firstView") > PageWeight.FIRST_ROUND_TRIP_BYTES) {
      out.println(
          "warning: more than %,d bytes do not come at once, and the page shows later: make"
                  .formatted(PageWeight.FIRST_ROUND_TRIP_BYTES)
              + " page.html or page.css smaller");
    }
  }

  /** A picture has none: it would be no smaller. */
  private static Object form(JsonObject file, String form) {
    int bytes = file.getInteger(form);
    return bytes == 0 ? "-" : bytes;
  }

  static void show(JsonObject sale, PrintWriter out) {
    out.println(
        "%s: %s, %s%s"
            .formatted(
                sale.getString("sale"),
                sale.getString("title"),
                sale.getString("phase"),
                sale.getBoolean("test") ? ", a test" : ""));
    out.println("opens   " + sale.getString("opensAt"));
    out.println("closes  " + sale.getString("closesAt"));
    if (sale.getBoolean("unpublished")) {
      out.println("page    taken down; sale publish brings it back");
    }
    if (sale.getString("nextRelease") != null) {
      out.println("next release of returned units  " + sale.getString("nextRelease"));
    }
    for (JsonObject file : objects(sale.getJsonArray("files"))) {
      String hash = file.getString("sha256");
      out.println(
          file.getString("key")
              + "  "
              + file.getString("name")
              + (hash == null ? ", missing: run sale add again where it is" : ", SHA-256 " + hash));
    }
    out.println(
        "epoch " + sale.getLong("epoch") + ", seed's SHA-256 " + sale.getString("seedHash"));
    out.println();
    TextTable skus =
        new TextTable(
            "sku", "allotted", "available", "held", "placed", "paid", "returned", "pending");
    for (JsonObject sku : objects(sale.getJsonArray("skus"))) {
      skus.row(
          sku.getString("sku"),
          sku.getInteger("allotted"),
          sku.getInteger("available"),
          sku.getInteger("held"),
          sku.getInteger("placed"),
          sku.getInteger("paid"),
          sku.getInteger("returned"),
          sku.getInteger("pending"));
    }
    skus.print(out);
    List<JsonObject> waves = objects(sale.getJsonArray("waves"));
    if (!waves.isEmpty()) {
      out.println();
      waves(waves, out);
    }
    out.println();
    out.println("verdicts of this server since its start, all sales: " + verdicts(sale));
  }

  static void waves(List<JsonObject> waves, PrintWriter out) {
    TextTable table =
        new TextTable(
            "wave", "sku", "opened", "places", "units", "entries", "admitted", "cut-off", "whole");
    for (JsonObject wave : waves) {
      String cutOff = wave.getString("cutOff");
      table.row(
          wave.getLong("number"),
          wave.getString("sku"),
          wave.getString("openedAt"),
          wave.getInteger("k"),
          wave.getInteger("units"),
          wave.getInteger("entries"),
          wave.getInteger("admitted"),
          cutOff == null ? "-" : cutOff,
          wave.getBoolean("complete") ? "yes" : "no");
    }
    table.print(out);
  }

  private static String verdicts(JsonObject sale) {
    StringBuilder text = new StringBuilder();
    sale.getJsonObject("verdicts")
        .forEach(
            verdict ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(verdict.getKey())
                    .append(' ')
                    .append(verdict.getValue()));
    return text.isEmpty() ? "none" : text.toString();
  }
}
