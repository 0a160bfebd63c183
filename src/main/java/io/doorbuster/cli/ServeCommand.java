package io.doorbuster.cli;

import io.doorbuster.sale.Finding;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves sales until it is told to stop. */
@Command(name = "serve", description = "Serves sales: gate, orders and console in one process.")
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = {"--settings", "--config"},
      description = "The settings file.")
  private @Nullable Path settingsFile;

  @Option(names = "--data", description = "The data folder.")
  private @Nullable String data;

  @Option(names = "--port", description = "The buyers' port; 0 takes a free one.")
  private @Nullable Integer port;

  @Option(names = "--admin-port", description = "The operators' port; 0 takes a free one.")
  private @Nullable Integer adminPort;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings;
    try {
      settings = Settings.read(settingsFile, System.getenv(), overrides());
    } catch (Settings.Invalid e) {
      for (Finding finding : e.findings()) {
        System.err.println(finding);
      }
      System.err.println("doorbuster: " + e.getMessage() + "; nothing was started");
      return 1;
    }
    try {
      DataFolder folder = DataFolder.take(settings.data());
      Application application = new Application(settings, folder, InstantSource.system());
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    application.close();
                    stopped.countDown();
                  },
                  "shutdown"));
      application.start();
      stopped.await();
      return 0;
    } catch (IllegalStateException e) {
      System.err.println("doorbuster: " + e.getMessage());
      return 1;
    }
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    if (data != null) {
      overrides.put("data", data);
    }
    if (port != null) {
      overrides.put("http.port", port.toString());
    }
    if (adminPort != null) {
      overrides.put("admin.port", adminPort.toString());
    }
    return overrides;
  }
}
