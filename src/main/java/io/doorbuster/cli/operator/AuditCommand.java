package io.doorbuster.cli.operator;

import io.doorbuster.cli.DataFolder;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.settlement.Audit;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Proves promises 1 to 4 for a sale, on a running server or from its database file alone. */
@Command(
    name = "audit",
    description = {
      "Proves that nothing is oversold, doubled or lost; exit 1 where a promise is broken.",
      "Where no server runs, --data audits the database of that folder alone.",
      "--repair tells how the engine would be loaded anew from the database; --yes does it."
    })
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(names = "--repair", description = "Shows what a repair would do.")
  private boolean repair;

  @Option(names = "--yes", description = "With --repair: does it, where it is needed.")
  private boolean yes;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder of a server that does not run.")
  private @Nullable Path data;

  @Override
  public Integer call() {
    if (repair) {
      return parent
          .admin()
          .call(spec, (client, out) -> repair(client, SaleCommand.path(sale) + "/repair", out));
    }
    Path folder = data;
    if (folder != null && Files.isDirectory(folder)) {
      try (DataFolder free = DataFolder.take(folder)) {
        return print(alone(free.path()), spec.commandLine().getOut());
      } catch (NotAllowed | StoreUnavailable e) {
        return AdminOptions.fail(spec, String.valueOf(e.getMessage()));
      } catch (IllegalStateException e) {
        return AdminOptions.fail(
            spec, e.getMessage() + ". Without --data the running server is asked");
      }
    } else if (folder != null) {
      return AdminOptions.fail(spec, "there is no data folder " + folder);
    }
    return parent
        .admin()
        .call(spec, (client, out) -> print(client.get(SaleCommand.path(sale) + "/audit"), out));
  }

  /** Without an engine, free units are what the balance requires; all else is checked. */
  private JsonObject alone(Path folder) {
    Path file = folder.resolve("doorbuster.db");
    if (!Files.exists(file)) {
      throw new NotAllowed("there is no database " + file);
    }
    InstantSource clock = InstantSource.system();
    try (Database database = Database.open(file);
        EmbeddedEngine nothing = new EmbeddedEngine(clock, 1, buyer -> 0, 1)) {
      Catalog catalog = new Catalog(database, clock);
      return new Audit(database, catalog, nothing).run(sale).toJson();
    }
  }

  private int repair(AdminClient client, String path, PrintWriter out)
      throws CallFailed, InterruptedException {
    JsonObject plan = client.get(path);
    boolean needed = plan.getBoolean("needed");
    print(plan.getJsonObject("audit"), out);
    if (!needed) {
      out.println("Engine and database agree; there is nothing to repair.");
      return 0;
    }
    out.println(
        "A repair ends epoch %d and loads the engine anew:".formatted(plan.getLong("epoch")));
    for (JsonObject sku : SaleText.objects(plan.getJsonArray("load"))) {
      out.println("  %s: %d free units".formatted(sku.getString("sku"), sku.getInteger("units")));
    }
    out.println("  %d orders bar their buyers".formatted(plan.getInteger("orders")));
    out.println(
        "  %d units are queued; their buyers are told LOST".formatted(plan.getInteger("queued")));
    if (!yes) {
      out.println("Nothing was changed; --yes does it.");
      return 1;
    }
    JsonObject after = client.post(path, new JsonObject());
    out.println("Done, epoch %d. Now:".formatted(after.getLong("epoch")));
    return print(after.getJsonObject("audit"), out);
  }

  private int print(JsonObject report, PrintWriter out) {
    boolean ok = report.getBoolean("ok");
    if (json) {
      out.println(report.encodePrettily());
    } else {
      TextTable table =
          new TextTable(
              "sku",
              "available",
              "+ held",
              "+ sold",
              "+ returned",
              "+ pending",
              "= sum",
              "allotted");
      for (JsonObject sku : SaleText.objects(report.getJsonArray("skus"))) {
        int available = sku.getInteger("available");
        int held = sku.getInteger("held");
        int sold = sku.getInteger("sold");
        int returned = sku.getInteger("returned");
        int pending = sku.getInteger("pending");
        table.row(
            sku.getString("sku"),
            available,
            held,
            sold,
            returned,
            pending,
            available + held + sold + returned + pending,
            sku.getInteger("allotted"));
      }
      table.print(out);
      report.getJsonArray("findings").forEach(finding -> out.println("BROKEN " + finding));
      out.println(
          "audit of %s, %s: %s"
              .formatted(
                  report.getString("sale"),
                  report.getBoolean("live") ? "engine and database" : "database alone",
                  ok ? "OK" : "a promise is broken"));
    }
    out.flush();
    return ok ? 0 : 1;
  }
}
