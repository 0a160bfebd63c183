package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An operator's words about sales. */
@Command(
    name = "sale",
    description = "Registers, steers, watches and audits sales on a running server.",
    mixinStandardHelpOptions = true,
    subcommands = {
      WatchCommand.class,
      AuditCommand.class,
      DrawsCommand.class,
      PublishCommand.class,
      UnpublishCommand.class,
      PreflightCommand.class,
      PrewarmCommand.class,
      PurgeCommand.class,
      TemplateCommand.class
    })
public final class SaleCommand implements Runnable {
  private static final String ID = "The sale's id.";
  private static final String KEY =
      "Names this wish: repeated with the same key, no unit moves twice. Printed when minted.";

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  AdminOptions admin() {
    return admin;
  }

  static String path(String sale) {
    return "/admin/api/sales/" + AdminClient.segment(sale);
  }

  @Command(description = "Registers a sale from a YAML or JSON file, or changes what still may.")
  int add(@Parameters(paramLabel = "FILE") Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      return AdminOptions.fail(spec, file + " can not be read: " + Unreadable.reason(e));
    }
    SaleUpload upload = new SaleUpload(file, text);
    PrintWriter err = spec.commandLine().getErr();
    if (!upload.mistakes().isEmpty()) {
      upload.mistakes().forEach(err::println);
      return nothing(err, upload.mistakes().size());
    }
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject sale;
          try {
            sale = client.send("POST", "/admin/api/sales", text);
          } catch (CallFailed e) {
            JsonArray findings = e.problem().map(p -> p.getJsonArray("findings")).orElse(null);
            if (findings == null) {
              throw e;
            }
            SaleText.findings(err, file, "", findings);
            return nothing(err, findings.size());
          }
          SaleText.findings(out, file, "warning: ", sale.getJsonArray("warnings"));
          String id = sale.getString("sale");
          boolean all = upload.send(client, id, sale.getJsonArray("files"), out, err);
          out.println(id + " is " + sale.getString("phase") + (all ? next(sale) : ""));
          if (!all) {
            err.println("doorbuster: not every file was taken; mend them and add the sale again");
            err.flush();
          }
          return all ? 0 : 1;
        });
  }

  private static int nothing(PrintWriter err, int mistakes) {
    err.println("doorbuster: " + Words.count(mistakes, "mistake") + "; nothing was registered");
    err.flush();
    return 1;
  }

  private static String next(JsonObject sale) {
    boolean draft = sale.getString("phase").equals("DRAFT");
    return draft ? "; next: doorbuster sale publish " + sale.getString("sale") : "";
  }

  @Command(description = "Lists all sales.")
  int list() {
    return admin.call(
        spec,
        (client, out) -> {
          SaleText.list(client.get("/admin/api/sales"), out);
          return 0;
        });
  }

  @Command(description = "Shows a sale: definition, phase, units by SKU, last waves, figures.")
  int show(
      @Parameters(paramLabel = "ID", description = ID) String sale,
      @Option(names = "--json", description = "As the API has it.") boolean json) {
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject answer = client.get(path(sale));
          if (json) {
            out.println(answer.encodePrettily());
          } else {
            SaleText.show(answer, out);
          }
          return 0;
        });
  }

  @Command(description = "Stops selling until resume; survives a restart.")
  int pause(@Parameters(paramLabel = "ID", description = ID) String sale) {
    return verb(sale, "pause");
  }

  @Command(description = "Goes on after a pause.")
  int resume(@Parameters(paramLabel = "ID", description = ID) String sale) {
    return verb(sale, "resume");
  }

  @Command(description = "Ends selling for good; placed orders may still be paid.")
  int close(@Parameters(paramLabel = "ID", description = ID) String sale) {
    return verb(sale, "close");
  }

  @Command(description = "Waits until a closed sale's books are closed (it settles by itself).")
  int settle(@Parameters(paramLabel = "ID", description = ID) String sale) {
    return verb(sale, "settle");
  }

  @Command(
      name = "void",
      description = "Ends a sale that should not have been: all orders end, payments are refunded.")
  int voidSale(
      @Parameters(paramLabel = "ID", description = ID) String sale,
      @Option(names = "--yes", description = "It can not be undone.") boolean yes) {
    if (!yes) {
      throw new ParameterException(
          spec.subcommands().get("void"),
          "void cancels every order of "
              + sale
              + ", paid ones too, and can not be undone; say --yes if you mean it");
    }
    return verb(sale, "void");
  }

  @Command(name = "revoke-passes", description = "Makes every pass given so far worthless.")
  int revokePasses(@Parameters(paramLabel = "ID", description = ID) String sale) {
    return verb(sale, "revoke-passes");
  }

  private int verb(String sale, String verb) {
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject answer = client.post(path(sale) + "/" + verb, new JsonObject());
          out.println(sale + " is " + answer.getString("phase"));
          return 0;
        });
  }

  @Command(name = "add-units", description = "Takes further units out of the regular stock.")
  int addUnits(
      @Parameters(paramLabel = "ID", description = ID) String sale,
      @Parameters(paramLabel = "SKU") String sku,
      @Parameters(paramLabel = "N") int units,
      @Option(names = "--key", description = KEY) @Nullable String key) {
    return units(sale, sku, units, key, "add", "added to");
  }

  @Command(description = "Gives free units back to the regular stock, as many as there are.")
  int withdraw(
      @Parameters(paramLabel = "ID", description = ID) String sale,
      @Parameters(paramLabel = "SKU") String sku,
      @Parameters(paramLabel = "N") int units,
      @Option(names = "--key", description = KEY) @Nullable String key) {
    return units(sale, sku, units, key, "withdraw", "withdrawn from");
  }

  private int units(
      String sale, String sku, int units, @Nullable String given, String verb, String done) {
    String key = given == null ? UUID.randomUUID().toString() : given;
    String path = path(sale) + "/skus/" + AdminClient.segment(sku) + "/" + verb;
    return admin.call(
        spec,
        (client, out) -> {
          out.println("key " + key);
          out.flush();
          JsonObject answer =
              client.post(path, new JsonObject().put("units", units).put("key", key));
          int moved = answer.getInteger("units");
          String fewer = moved < units ? ": no more than that were free" : "";
          out.println(Words.count(moved, "unit") + " " + done + " " + sku + fewer);
          return moved > 0 ? 0 : 1;
        });
  }

  @Command(description = "Prints passes for a test sale: a line a buyer.")
  int passes(
      @Parameters(paramLabel = "ID", description = ID) String sale,
      @Parameters(paramLabel = "BUYER", arity = "1..*") List<String> buyers) {
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject body = new JsonObject().put("buyers", new JsonArray(buyers));
          JsonObject passes = client.post(path(sale) + "/passes", body).getJsonObject("passes");
          passes.forEach(pass -> out.println(pass.getKey() + " " + pass.getValue()));
          return 0;
        });
  }
}
