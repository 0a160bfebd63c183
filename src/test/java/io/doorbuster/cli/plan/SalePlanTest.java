package io.doorbuster.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class SalePlanTest {
  private static final String FILE = "examples/sale.yaml";

  /** Who is told before the start what is too little was told the same when he planned. */
  @Test
  void cdnGbps_ofASale_isThatOfTheCommand() throws Exception {
    StringWriter out = new StringWriter();
    new CommandLine(new PlanCommand())
        .setOut(new PrintWriter(out))
        .execute("--sale", FILE, "--json");
    JsonArray lines = new JsonObject(out.toString()).getJsonArray("lines");
    double told = -1;
    for (int i = 0; i < lines.size(); i++) {
      JsonObject line = lines.getJsonObject(i);
      if (line.getString("part").equals("CDN") && line.getString("unit").equals("Gbit/s")) {
        told = line.getDouble("value");
      }
    }
    Sale sale = SaleFile.parse(FILE, Files.readString(Path.of(FILE))).sale().orElseThrow();
    Sale.Expected crowd = sale.findExpected().orElseThrow();
    assertThat(told).isPositive();
    assertThat(SalePlan.cdnGbps(sale, crowd, PageWeight.of(sale), 120_000)).isEqualTo(told);
  }
}
