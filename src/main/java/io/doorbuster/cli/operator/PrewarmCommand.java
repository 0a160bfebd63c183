package io.doorbuster.cli.operator;

import io.doorbuster.page.cdn.CdnProvider.Task;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Fills the edges before the crowd does. */
@Command(
    name = "prewarm",
    description = {
      "Asks every edge for every file of the page, in every form, until its cache answers; exit 1",
      "where one stays cold. With --cdn a provider's CDN is filled, as far as it can be."
    })
final class PrewarmCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;
  @Mixin private CdnOptions cdn;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Override
  public Integer call() {
    return cdn.run(spec, parent.admin(), sale, Task.PREWARM);
  }
}
