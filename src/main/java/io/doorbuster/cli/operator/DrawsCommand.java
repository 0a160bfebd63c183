package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The draws of a closed sale, with all that anybody needs to verify them. */
@Command(
    name = "draws",
    description = "Prints the seed and the waves of a closed sale; --json with every entry.")
final class DrawsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Option(names = "--json", description = "With every entry, to be published.")
  private boolean json;

  @Override
  public Integer call() {
    return parent
        .admin()
        .call(
            spec,
            (client, out) -> {
              JsonObject draws = client.get(SaleCommand.path(sale) + "/draws");
              if (json) {
                out.println(draws.encodePrettily());
              } else {
                out.println("seed     " + draws.getString("seed"));
                out.println("SHA-256  " + draws.getString("sha256"));
                SaleText.waves(SaleText.objects(draws.getJsonArray("waves")), out);
              }
              return 0;
            });
  }
}
