package io.doorbuster.cli.operator;

import io.doorbuster.page.cdn.CdnProvider.Task;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Empties the edges after a change. */
@Command(
    name = "purge",
    description = {
      "Drops every file of the page from every edge, or with --cdn from a provider's CDN, so that",
      "it is asked for anew; exit 1 where one does not."
    })
final class PurgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;
  @Mixin private CdnOptions cdn;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Override
  public Integer call() {
    return cdn.run(spec, parent.admin(), sale, Task.PURGE);
  }
}
