package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An operator's words about the regular stock, where it is kept here and not by the shop. */
@Command(
    name = "stock",
    description = "The regular stock, where regularStock.adapter is table.",
    mixinStandardHelpOptions = true)
public final class StockCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  @Command(
      description = "Shows how many units of a SKU are there.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = "SKU") String sku) {
    return admin.call(
        spec,
        (client, out) -> {
          print(client.get(path(sku)), out);
          return 0;
        });
  }

  @Command(
      description = "Says how many units of a SKU are there, for sales to come.",
      mixinStandardHelpOptions = true)
  int set(@Parameters(paramLabel = "SKU") String sku, @Parameters(paramLabel = "UNITS") int units) {
    return admin.call(
        spec,
        (client, out) -> {
          print(client.post(path(sku), new JsonObject().put("units", units)), out);
          return 0;
        });
  }

  private static String path(String sku) {
    return "/admin/api/stock/" + AdminClient.segment(sku);
  }

  private static void print(JsonObject stock, PrintWriter out) {
    out.println(stock.getString("sku") + ": " + Words.count(stock.getInteger("units"), "unit"));
  }
}
