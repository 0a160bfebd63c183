package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Publishes a sale, waits until its page is written, and prints what it weighs. */
@Command(
    name = "publish",
    description = {
      "Takes the allotment out of the regular stock; opens by the clock.",
      "Of a sale that was published before, only the page is written anew."
    })
final class PublishCommand implements Callable<Integer> {
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Override
  public Integer call() {
    return parent.admin().call(spec, this::run);
  }

  private int run(AdminClient client, PrintWriter out) throws CallFailed, InterruptedException {
    JsonObject answer = client.post(SaleCommand.path(sale) + "/publish", new JsonObject());
    out.println(sale + " is " + answer.getString("phase"));
    out.flush();
    JsonObject page = await(client, out);
    SaleText.page(page, out);
    JsonObject target = page.getJsonObject("target");
    String place = "the %s %s".formatted(target.getString("kind"), target.getString("where"));
    int written = target.getInteger("written");
    int of = target.getInteger("of");
    String fault = target.getString("fault");
    if (!fault.isEmpty() || !target.getBoolean("done")) {
      out.flush();
      throw new CallFailed(
          "the page is not in %s (%d of %d files): %s. The gates serve it, and it is tried"
                  .formatted(place, written, of, fault.isEmpty() ? "it takes its time" : fault)
              + " again by itself; to try at once, and to see what came of it: doorbuster sale"
              + " publish "
              + sale);
    }
    out.println("written to %s: %s".formatted(place, Words.count(of, "file")));
    return 0;
  }

  private JsonObject await(AdminClient client, PrintWriter out)
      throws CallFailed, InterruptedException {
    long untilNs = System.nanoTime() + MOST.toNanos();
    JsonObject page = client.get(SaleCommand.path(sale) + "/page");
    int shown = 0;
    try (Progress progress =
        new Progress(out, "publish", page.getJsonObject("target").getInteger("of"))) {
      while (true) {
        JsonObject target = page.getJsonObject("target");
        for (; shown < target.getInteger("written"); shown++) {
          progress.step();
        }
        boolean over = target.getBoolean("done") || !target.getString("fault").isEmpty();
        if (over || System.nanoTime() > untilNs) {
          return page;
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
        page = client.get(SaleCommand.path(sale) + "/page");
      }
    }
  }
}
