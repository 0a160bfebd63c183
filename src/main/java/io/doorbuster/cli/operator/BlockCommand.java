package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An operator's words about who may not take part. */
@Command(
    name = "block",
    description = "Blocks buyers, addresses and networks; at once, on passes given too.",
    mixinStandardHelpOptions = true)
public final class BlockCommand implements Runnable {
  private static final String PATH = "/admin/api/blocks";
  private static final String KIND = "buyer, address or cidr";

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  @Command(description = "Blocks one.")
  int add(
      @Parameters(paramLabel = "KIND", description = KIND) String kind,
      @Parameters(paramLabel = "VALUE") String value,
      @Option(names = "--reason", required = true, description = "For who reads it later.")
          String reason) {
    JsonObject body = new JsonObject().put("kind", kind).put("value", value).put("reason", reason);
    return admin.call(
        spec,
        (client, out) -> {
          print(client.post(PATH, body), out);
          return 0;
        });
  }

  @Command(description = "Takes a block away.")
  int remove(
      @Parameters(paramLabel = "KIND", description = KIND) String kind,
      @Parameters(paramLabel = "VALUE") String value) {
    String query = "?kind=" + AdminClient.segment(kind) + "&value=" + AdminClient.segment(value);
    return admin.call(
        spec,
        (client, out) -> {
          print(client.send("DELETE", PATH + query, ""), out);
          return 0;
        });
  }

  @Command(description = "Lists all blocks.")
  int list() {
    return admin.call(
        spec,
        (client, out) -> {
          print(client.get(PATH), out);
          return 0;
        });
  }

  private static void print(JsonObject answer, PrintWriter out) {
    if (answer.getJsonArray("blocks").isEmpty()) {
      out.println("nobody is blocked");
      return;
    }
    TextTable table = new TextTable("kind", "value", "reason");
    for (JsonObject block : SaleText.objects(answer.getJsonArray("blocks"))) {
      table.row(block.getString("kind"), block.getString("value"), block.getString("reason"));
    }
    table.print(out);
  }
}
