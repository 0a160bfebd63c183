package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An operator's words about events that the shop refused too often. */
@Command(
    name = "events",
    description = "Lists parked events, and lets them go out again.",
    mixinStandardHelpOptions = true)
public final class EventsCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  @Command(description = "Lists parked events with the shop's last answer.")
  int parked() {
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject answer = client.get("/admin/api/events/parked");
          List<JsonObject> parked = SaleText.objects(answer.getJsonArray("parked"));
          TextTable table = new TextTable("event", "since", "tries", "last error");
          for (JsonObject event : parked) {
            table.row(
                event.getString("id"),
                event.getString("parkedAt"),
                event.getInteger("attempts"),
                event.getString("lastError"));
          }
          if (parked.isEmpty()) {
            out.println("no event is parked");
          } else {
            table.print(out);
          }
          return 0;
        });
  }

  @Command(description = "Sends parked events again: one, or all.")
  int retry(
      @Parameters(paramLabel = "EVENT", arity = "0..1", description = "Its id; all without one.")
          @Nullable String event) {
    JsonObject body = event == null ? new JsonObject() : new JsonObject().put("id", event);
    return admin.call(
        spec,
        (client, out) -> {
          JsonObject answer = client.post("/admin/api/events/parked/retry", body);
          int retried = answer.getInteger("retried");
          out.println(
              Words.count(retried, "event") + (retried == 1 ? " goes" : " go") + " out again");
          return 0;
        });
  }
}
