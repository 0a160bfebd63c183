package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes the page of a sale that is over down. */
@Command(
    name = "unpublish",
    description = {
      "Takes the page of a CLOSED or SETTLED sale down, from the gates and from where it was",
      "written; sale publish brings it back."
    })
final class UnpublishCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Override
  public Integer call() {
    return parent
        .admin()
        .call(
            spec,
            (client, out) -> {
              JsonObject target =
                  client
                      .post(SaleCommand.path(sale) + "/unpublish", new JsonObject())
                      .getJsonObject("target");
              String place = target.getString("kind") + " " + target.getString("where");
              String fault = target.getString("fault");
              if (!fault.isEmpty() || !target.getBoolean("done")) {
                throw new CallFailed(
                    "the gates no longer have the page of %s, but it may still be in the %s: %s."
                            .formatted(sale, place, fault.isEmpty() ? "it takes its time" : fault)
                        + " It is tried again by itself; look again with: doorbuster sale"
                        + " unpublish "
                        + sale);
              }
              out.println("the page of " + sale + " is taken down, also from the " + place);
              return 0;
            });
  }
}
