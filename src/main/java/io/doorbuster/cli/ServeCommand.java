package io.doorbuster.cli;

import io.doorbuster.http.CanNotListen;
import io.doorbuster.http.Server;
import io.doorbuster.sale.Durations;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.StoreUnavailable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves sales until it is told to stop. */
@Command(name = "serve", description = "Serves sales: gate, orders and console in one process.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  /** A start waits so long for a store that does not answer. */
  private static final Duration STORES_WAIT = Duration.ofMinutes(1);

  private static final Duration RETRY = Duration.ofMillis(500);

  @Option(
      names = {"--settings", "--config"},
      description = "The settings file.")
  private @Nullable Path settingsFile;

  @Option(
      names = "--demo",
      description = "Makes a new sale that opens in 30 seconds, with a simulated crowd.")
  private boolean demo;

  @Option(names = "--alone", description = "The demo without its crowd.")
  private boolean alone;

  @Option(
      names = "--crowd",
      defaultValue = "5000",
      description = "The demo's simulated buyers; default ${DEFAULT-VALUE}.")
  private int crowd;

  @Option(
      names = "--roles",
      paramLabel = "ROLE,...",
      description = "What this process does: gate, orders, console (roles); all of it by default.")
  private @Nullable String roles;

  @Option(names = "--data", description = "The data folder (data).")
  private @Nullable String data;

  @Option(names = "--port", description = "The buyers' port (http.port); 0 takes a free one.")
  private @Nullable Integer port;

  @Option(
      names = "--only-start",
      hidden = true,
      description = "Ends when it is ready: what a start-up cache is made from.")
  private boolean onlyStart;

  @Option(
      names = "--admin-port",
      description = "The operators' port (admin.port); 0 takes a free one.")
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
      probe(settings);
      Application application = open(settings);
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    log.info("stopping: {} orders are still to be written", application.queued());
                    application.close();
                    log.info("stopped");
                    stopped.countDown();
                  },
                  "shutdown"));
      int openPort = application.start();
      log.info(
          "{}: buyers on port {}, operators on port {}, transport {}",
          settings.roles(),
          openPort == 0 ? "none" : openPort,
          application.adminPort(),
          EventLoops.choose(settings.http().transport()).name());
      if (demo) {
        showDemo(application, settings, openPort);
      }
      if (onlyStart) {
        application.awaitReady();
        return 0;
      }
      stopped.await();
      return 0;
    } catch (IllegalStateException | StoreUnavailable e) {
      System.err.println("doorbuster: " + e.getMessage());
    } catch (UncheckedIOException e) {
      System.err.println("doorbuster: " + e.getMessage() + ": " + e.getCause());
    }
    return 1;
  }

  /** A store that is away may be starting itself, as after a power cut: it is waited for. */
  private Application open(Settings settings) throws InterruptedException {
    long until = System.nanoTime() + STORES_WAIT.toNanos();
    boolean told = false;
    while (true) {
      try {
        return Application.open(settings, DataFolder.take(settings.data()), demo, clock());
      } catch (StoreUnavailable e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        if (!told) {
          log.warn("{}; trying again for {} s", e.getMessage(), STORES_WAIT.toSeconds());
          told = true;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
      }
    }
  }

  /** The wall clock; a rehearsal may put it wrong, such as by 2s, to see that nobody minds. */
  private static InstantSource clock() {
    Duration skew =
        Durations.parse(System.getProperty("doorbuster.clockSkew", "0s")).orElse(Duration.ZERO);
    InstantSource system = InstantSource.system();
    return skew.isZero() ? system : () -> system.instant().plus(skew);
  }

  /** Before anything begins: a start that can not be leaves no trace. */
  private static void probe(Settings settings) {
    Settings.Http http = settings.http();
    Settings.Admin admin = settings.admin();
    if (settings.roles().contains(Role.GATE)) {
      probe(http.host(), http.port(), "--port (or http.port)", "http.host");
    }
    probe(admin.host(), admin.port(), "--admin-port (or admin.port)", "admin.host");
  }

  private static void probe(String host, int port, String portSetting, String hostSetting) {
    try {
      Server.probe(host, port);
    } catch (CanNotListen e) {
      String mend = e.isInUse() ? "give another with " + portSetting : "look at " + hostSetting;
      throw new IllegalStateException(e.getMessage() + "; " + mend, e);
    }
  }

  private void showDemo(Application application, Settings settings, int openPort) {
    InstantSource clock = InstantSource.system();
    Sale sale = application.catalog().register(DemoShop.newSale(clock.instant())).sale();
    DemoShop shop = application.openDemoShop(settings, sale.id(), clock);
    application.stockUp(sale);
    application.saleDesk().publish(sale.id());
    String address = "http://" + settings.http().host() + ":" + openPort;
    Demo show = new Demo(application, shop, sale, alone ? 0 : crowd, address, clock);
    Thread.ofPlatform().name("demo").daemon().start(show);
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    if (demo) {
      overrides.put("gate.warmUp", "0s"); // a person waits for the page
    }
    if (roles != null) {
      overrides.put("roles", roles);
    }
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
