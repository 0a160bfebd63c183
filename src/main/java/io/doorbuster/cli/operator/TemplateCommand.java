package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.doorbuster.page.PageRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes our own page for a shop to begin its own with. */
@Command(
    name = "template",
    description =
        "Writes the page's own sale.html and sale.css into a folder, to begin yours with.")
final class TemplateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Made where it is not there.")
  private Path folder;

  @Override
  public Integer call() {
    Map<String, String> files = new TreeMap<>(PageRenderer.ownFiles());
    try {
      for (String name : files.keySet()) {
        if (Files.exists(folder.resolve(name))) {
          return AdminOptions.fail(
              spec, folder.resolve(name) + " is there already; name another folder, or move it");
        }
      }
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
        spec.commandLine().getOut().println(folder.resolve(file.getKey()));
      }
    } catch (IOException e) {
      return AdminOptions.fail(spec, folder + " can not be written: " + Unreadable.reason(e));
    }
    spec.commandLine()
        .getOut()
        .println("name them in the sale file: page: {html: sale.html, css: sale.css}");
    return 0;
  }
}
