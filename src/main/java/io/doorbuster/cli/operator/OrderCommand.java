package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An operator's words about one order. */
@Command(
    name = "order",
    description = "Shows or cancels one order.",
    mixinStandardHelpOptions = true)
public final class OrderCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  @Command(description = "Shows all that is known of an order, and why it is so.")
  int show(@Parameters(paramLabel = "ID", description = "The order's id.") String order) {
    return admin.call(
        spec,
        (client, out) -> {
          print(client.get("/admin/api/orders/" + AdminClient.segment(order)), out);
          return 0;
        });
  }

  @Command(description = "Cancels an unpaid order; its units go back on sale.")
  int cancel(@Parameters(paramLabel = "ID", description = "The order's id.") String order) {
    String path = "/admin/api/orders/" + AdminClient.segment(order) + "/cancel";
    return admin.call(
        spec,
        (client, out) -> {
          print(client.post(path, new JsonObject()), out);
          return 0;
        });
  }

  private static void print(JsonObject order, PrintWriter out) {
    order.forEach(
        field -> {
          if (field.getValue() != null) {
            out.println("%-12s %s".formatted(field.getKey(), field.getValue()));
          }
        });
  }
}
